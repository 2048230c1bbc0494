using System.Security.Cryptography;
using PromptGateway.Keys;

namespace PromptGateway.Tests.Keys;

public sealed class FirstRunTests : IDisposable
{
    private readonly MemoryKeyStore _store = new();
    private readonly List<KeyRing> _rings = [];

    private (FirstRun Run, AdminKey Admin, KeyRing Ring) Start(KeysOptions? options = null)
    {
        options ??= new KeysOptions();
        var ring = new KeyRing(_store, options, TimeProvider.System);
        _rings.Add(ring);
        using var log = new CapturedLog();
        var keys = new KeyAdministration(
            _store,
            ring,
            TimeProvider.System,
            RandomNumberGenerator.Fill,
            log.CreateLogger<KeyAdministration>()
        );
        var admin = new AdminKey(options, _store, RandomNumberGenerator.Fill);
        return (new FirstRun(admin, keys, options, _store, _store, TimeProvider.System), admin, ring);
    }

    [Fact]
    public async Task Ensure_FreshStore_GivesBothSecretsOnce()
    {
        var first = Start();
        var secrets = await first.Run.EnsureAsync(default);

        KeySecret.IsWellFormed(secrets.AdminKey, KeySecret.AdminPrefix).ShouldBeTrue();
        first.Ring.Find(secrets.ApiKey).Status.ShouldBe(KeyStatus.Found);
        first.Admin.Verify(secrets.AdminKey).ShouldBeTrue();
        secrets.ToString().ShouldNotContain(secrets.ApiKey!);

        var again = Start();
        (await again.Run.EnsureAsync(default)).ShouldBe(new FirstRunSecrets(null, null));
        again.Admin.Verify(secrets.AdminKey).ShouldBeTrue();
        again.Admin.Verify(secrets.ApiKey).ShouldBeFalse();
    }

    [Fact]
    public async Task Ensure_SeveralAtOnce_OneGetsTheSecrets()
    {
        var starts = Enumerable.Range(0, 8).Select(_ => Start()).ToArray();
        var secrets = await Task.WhenAll(starts.Select(start => Task.Run(() => start.Run.EnsureAsync(default))));

        var admin = secrets.Select(s => s.AdminKey).OfType<string>().ShouldHaveSingleItem();
        secrets.Select(s => s.ApiKey).OfType<string>().ShouldHaveSingleItem();
        starts.ShouldAllBe(start => start.Admin.Verify(admin));
    }

    [Fact]
    public async Task Ensure_AllKeysDeleted_MakesNoNewFirstKey()
    {
        await Start().Run.EnsureAsync(default);
        foreach (var id in (await _store.ReadChangesAsync(0, default)).Ids)
            await _store.DeleteAsync(id, default);

        (await Start().Run.EnsureAsync(default)).ApiKey.ShouldBeNull();
    }

    [Fact]
    public async Task Ensure_DeclaredKeys_GenerateNothing()
    {
        var options = new KeysOptions
        {
            Declared = [SampleKeys.Plain("key_env", "declared")],
            AdminKeyHash = KeyHash.Of("the admin key from outside"),
        };
        var start = Start(options);

        (await start.Run.EnsureAsync(default)).ShouldBe(new FirstRunSecrets(null, null));
        start.Admin.Verify("the admin key from outside").ShouldBeTrue();
        start.Admin.Verify("the admin key from outsidE").ShouldBeFalse();
    }

    [Fact]
    public async Task Verify_GeneratedKeyWhenAnotherIsDeclared_IsRefused()
    {
        var generated = (await Start().Run.EnsureAsync(default)).AdminKey;
        var start = Start(new KeysOptions { AdminKeyHash = KeyHash.Of("the admin key from outside") });
        await start.Run.EnsureAsync(default);

        start.Admin.Verify(generated).ShouldBeFalse();
    }

    /// <summary>GHSA-69x8-hrgq-fjj8 for the admin key.</summary>
    [Fact]
    public async Task Verify_HashOrNothing_IsRefused()
    {
        var start = Start();
        start.Admin.Verify("").ShouldBeFalse();
        var secret = (await start.Run.EnsureAsync(default)).AdminKey!;

        start.Admin.Verify(Convert.ToHexStringLower(KeyHash.Of(secret).ToArray())).ShouldBeFalse();
        start.Admin.Verify("").ShouldBeFalse();
        start.Admin.Verify(secret.AsSpan(0, secret.Length - 1)).ShouldBeFalse();
    }

    public void Dispose() => _rings.ForEach(ring => ring.Dispose());
}
