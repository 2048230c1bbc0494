using System.Security.Cryptography;
using PromptGateway.Keys;

namespace PromptGateway.Tests.Keys;

public sealed class KeyAdministrationTests : IDisposable
{
    private readonly MemoryKeyStore _store = new();
    private readonly TestClock _clock = new();
    private readonly CapturedLog _log = new();
    private readonly KeyRing _ring;
    private readonly KeyAdministration _keys;

    public KeyAdministrationTests()
    {
        _ring = new KeyRing(
            _store,
            new KeysOptions { Declared = [SampleKeys.Plain("key_env", "declared secret") with { Origin = KeyOrigin.Environment }] },
            _clock
        );
        _keys = new KeyAdministration(_store, _ring, _clock, RandomNumberGenerator.Fill, _log.CreateLogger<KeyAdministration>());
    }

    private Task<IssuedKey> CreateAsync() => _keys.CreateAsync(new KeyDraft { Name = "app" }, default);

    [Fact]
    public async Task Create_ValidDraft_WorksAtOnceAndStoresNoSecret()
    {
        var issued = await _keys.CreateAsync(new KeyDraft { Name = " app ", Team = " " }, default);

        issued.Key.Id.ShouldMatch("^key_[0-9A-Za-z]{24}$");
        (issued.Key.Name, issued.Key.Team, issued.Key.CreatedAt).ShouldBe(("app", null, _clock.Now));
        issued.Key.Hash.ShouldBe(KeyHash.Of(issued.Secret));
        issued.ToString().ShouldNotContain(issued.Secret);
        issued.Key.ToString().ShouldNotContain(issued.Secret);
        _ring.Find(issued.Secret).Caller!.Id.ShouldBe(issued.Key.Id);
    }

    [Fact]
    public async Task Create_ManyFaults_AreAllNamed()
    {
        var draft = new KeyDraft
        {
            Name = " ",
            Team = "a\nb",
            Owner = new string('x', 101),
            Models = ["gpt-4o*", "", "a b"],
            ExpiresAt = _clock.Now,
            Limits = [new LimitSpec(), new LimitSpec { Requests = 1, Per = "week" }, new LimitSpec { Concurrent = 1, Per = "day" }],
            Budgets =
            [
                new BudgetSpec(),
                new BudgetSpec { Usd = -1 },
                new BudgetSpec
                {
                    Usd = 1,
                    Per = "year",
                    Mode = "lax",
                },
            ],
            Metadata = new Dictionary<string, string> { [""] = "x" },
        };

        var refused = await Should.ThrowAsync<InvalidKeyException>(() => _keys.CreateAsync(draft, default));

        refused
            .Errors.Keys.Order(StringComparer.Ordinal)
            .ShouldBe([
                "budgets[0]",
                "budgets[1].usd",
                "budgets[2].mode",
                "budgets[2].per",
                "expires_at",
                "limits[0]",
                "limits[0].per",
                "limits[1].per",
                "limits[2].per",
                "metadata",
                "models[1]",
                "models[2]",
                "name",
                "owner",
                "team",
            ]);
        (await _store.ReadChangesAsync(0, default)).Ids.ShouldBeEmpty();
    }

    [Fact]
    public async Task Revoke_WorkingKey_EndsItAtOnceAndKeepsTheFirstTime()
    {
        var issued = await CreateAsync();
        var revoked = await _keys.RevokeAsync(issued.Key.Id, default);

        _ring.Find(issued.Secret).Status.ShouldBe(KeyStatus.Revoked);
        _clock.Advance(TimeSpan.FromDays(1));
        (await _keys.RevokeAsync(issued.Key.Id, default))!.RevokedAt.ShouldBe(revoked!.RevokedAt);
    }

    [Fact]
    public async Task Rotate_WithGrace_BothSecretsWorkUntilItEnds()
    {
        var first = await CreateAsync();
        var second = await _keys.RotateAsync(first.Key.Id, TimeSpan.FromMinutes(5), default);

        second!.Key.Id.ShouldBe(first.Key.Id);
        second.Secret.ShouldNotBe(first.Secret);
        (_ring.Find(first.Secret).Status, _ring.Find(second.Secret).Status).ShouldBe((KeyStatus.Found, KeyStatus.Found));
        _clock.Advance(TimeSpan.FromMinutes(5));
        (_ring.Find(first.Secret).Status, _ring.Find(second.Secret).Status).ShouldBe((KeyStatus.Rotated, KeyStatus.Found));
    }

    [Fact]
    public async Task Rotate_WithoutGrace_EndsThePreviousSecretAtOnce()
    {
        var first = await CreateAsync();
        await _keys.RotateAsync(first.Key.Id, TimeSpan.Zero, default);

        _ring.Find(first.Secret).Status.ShouldBe(KeyStatus.Unknown);
    }

    [Fact]
    public async Task Rotate_TwiceWithinGrace_OnlyTheLastTwoSecretsWork()
    {
        var first = await CreateAsync();
        var second = await _keys.RotateAsync(first.Key.Id, TimeSpan.FromDays(1), default);
        var third = await _keys.RotateAsync(first.Key.Id, TimeSpan.FromDays(1), default);

        _ring.Find(first.Secret).Status.ShouldBe(KeyStatus.Unknown);
        _ring.Find(second!.Secret).Status.ShouldBe(KeyStatus.Found);
        _ring.Find(third!.Secret).Status.ShouldBe(KeyStatus.Found);
    }

    [Fact]
    public async Task Rotate_RevokedOrExpiredKey_IsAConflict()
    {
        var revoked = await CreateAsync();
        await _keys.RevokeAsync(revoked.Key.Id, default);
        var expired = await _keys.CreateAsync(new KeyDraft { Name = "app", ExpiresAt = _clock.Now.AddDays(1) }, default);
        _clock.Advance(TimeSpan.FromDays(1));

        await Should.ThrowAsync<KeyConflictException>(() => _keys.RotateAsync(revoked.Key.Id, default, default));
        await Should.ThrowAsync<KeyConflictException>(() => _keys.RotateAsync(expired.Key.Id, default, default));
    }

    [Fact]
    public async Task Update_ExpiredKeyWithoutNewExpiry_IsAllowed()
    {
        var issued = await _keys.CreateAsync(new KeyDraft { Name = "app", ExpiresAt = _clock.Now.AddDays(1) }, default);
        _clock.Advance(TimeSpan.FromDays(2));

        (await _keys.UpdateAsync(issued.Key.Id, draft => draft with { Name = "renamed" }, default))!.Name.ShouldBe("renamed");
        await Should.ThrowAsync<InvalidKeyException>(() =>
            _keys.UpdateAsync(issued.Key.Id, draft => draft with { ExpiresAt = _clock.Now.AddDays(-2) }, default)
        );
        await _keys.UpdateAsync(issued.Key.Id, draft => draft with { ExpiresAt = _clock.Now.AddDays(1) }, default);
        _ring.Find(issued.Secret).Status.ShouldBe(KeyStatus.Found);
    }

    [Fact]
    public async Task Update_Models_CountAtOnce()
    {
        var issued = await CreateAsync();
        await _keys.UpdateAsync(issued.Key.Id, draft => draft with { Models = ["o3"] }, default);

        _ring.Find(issued.Secret).Caller!.Models!.Allows("gpt-4o").ShouldBeFalse();
    }

    [Fact]
    public async Task AnyChange_OfADeclaredKey_IsAConflictThatSaysWhere()
    {
        foreach (
            var change in (Func<Task>[])
                [
                    () => _keys.UpdateAsync("key_env", draft => draft, default),
                    () => _keys.RotateAsync("key_env", default, default),
                    () => _keys.RevokeAsync("key_env", default),
                    () => _keys.DeleteAsync("key_env", default),
                ]
        )
            (await Should.ThrowAsync<KeyConflictException>(change)).Message.ShouldContain("PROMPTGATEWAY_API_KEY");
    }

    [Fact]
    public async Task AnyChange_OfAnUnknownKey_IsNothing()
    {
        (await _keys.UpdateAsync("key_none", draft => draft, default)).ShouldBeNull();
        (await _keys.RotateAsync("key_none", default, default)).ShouldBeNull();
        (await _keys.RevokeAsync("key_none", default)).ShouldBeNull();
        (await _keys.DeleteAsync("key_none", default)).ShouldBeFalse();
    }

    [Fact]
    public async Task List_DeclaredAndStoredKeys_ShowsDeclaredFirstThenByAge()
    {
        var first = await CreateAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));
        var second = await CreateAsync();

        (await _keys.ListAsync(default)).Select(key => key.Id).ShouldBe(["key_env", first.Key.Id, second.Key.Id]);
        (await _keys.FindAsync("key_env", default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task AnyChange_LogsNoSecret()
    {
        var issued = await CreateAsync();
        var rotated = await _keys.RotateAsync(issued.Key.Id, TimeSpan.FromDays(1), default);
        _store.IsDown = true;
        await Should.ThrowAsync<IOException>(() => _keys.RevokeAsync(issued.Key.Id, default));

        _log.Lines.ShouldAllBe(line => !line.Text.Contains(issued.Secret) && !line.Text.Contains(rotated!.Secret));
    }

    public void Dispose()
    {
        _ring.Dispose();
        _log.Dispose();
    }
}
