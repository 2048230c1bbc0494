using System.Security.Cryptography;
using PromptGateway.Keys;

namespace PromptGateway.Tests.Keys;

public sealed class KeyRingTests : IDisposable
{
    private readonly MemoryKeyStore _store = new();
    private readonly TestClock _clock = new();
    private readonly KeysOptions _options = new() { StaleFor = TimeSpan.FromMinutes(10) };
    private readonly KeyRing _ring;

    public KeyRingTests() => _ring = new KeyRing(_store, _options, _clock);

    private static string NewSecret() => KeySecret.Create(KeySecret.ApiPrefix, RandomNumberGenerator.Fill);

    private async Task<string> StoreAsync(string id, Func<ApiKey, ApiKey>? change = null)
    {
        var secret = NewSecret();
        await _store.InsertAsync((change ?? (key => key))(SampleKeys.Plain(id, secret)), default);
        await _ring.RefreshAsync(default);
        return secret;
    }

    [Fact]
    public async Task Find_StoredSecret_GivesTheSameCallerEachTime()
    {
        var secret = await StoreAsync("key_a", key => key with { Team = "search", Models = ["gpt-4o*"] });

        var found = _ring.Find(secret);

        found.Status.ShouldBe(KeyStatus.Found);
        found.Caller!.Id.ShouldBe("key_a");
        found.Caller.Team.ShouldBe("search");
        found.Caller.Models!.Allows("gpt-4o-mini").ShouldBeTrue();
        found.Caller.Models.Allows("o3").ShouldBeFalse();
        _ring.Find(secret).Caller.ShouldBeSameAs(found.Caller);
    }

    [Fact]
    public async Task Find_AnotherKeyChanged_KeepsTheCallersOfTheRest()
    {
        var secret = await StoreAsync("key_a");
        var before = _ring.Find(secret).Caller;
        await StoreAsync("key_b");

        _ring.Find(secret).Caller.ShouldBeSameAs(before);
    }

    [Fact]
    public async Task Find_AnySecret_AllocatesNothing()
    {
        var (known, unknown, malformed) = (
            await StoreAsync("key_a", key => key with { ExpiresAt = _clock.Now.AddDays(1) }),
            NewSecret(),
            "pg-nonsense-nonsense"
        );
        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                _ring.Find(known);
                _ring.Find(unknown);
                _ring.Find(malformed);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated();

        Allocated().ShouldBe(0);
    }

    [Fact]
    public async Task Find_UnknownWellFormedSecret_IsUnknown()
    {
        await StoreAsync("key_a");
        _ring.Find(NewSecret()).ShouldBe(new ApiKeyLookup(KeyStatus.Unknown, null));
    }

    /// <summary>GHSA-69x8-hrgq-fjj8: the stored hash of a key must not work as the key.</summary>
    [Fact]
    public async Task Find_HashInsteadOfSecret_IsRefused()
    {
        var secret = await StoreAsync("key_a");
        var hash = KeyHash.Of(secret);
        string[] presented =
        [
            Convert.ToHexString(hash.ToArray()),
            Convert.ToHexStringLower(hash.ToArray()),
            Convert.ToBase64String(hash.ToArray()),
            hash.ToString(),
        ];

        presented.ShouldAllBe(text => _ring.Find(text).Status != KeyStatus.Found);
    }

    /// <summary>CVE-2026-42208: whatever stands in the header, it is only ever compared.</summary>
    [Fact]
    public async Task Find_HostileValues_AreRefusedWithoutAskingTheStore()
    {
        var secret = await StoreAsync("key_a");
        _store.IsDown = true;
        var random = new Random(42);
        string[] hostile =
        [
            "",
            " ",
            "\0",
            "pg-",
            "' OR '1'='1' --",
            "pg-' UNION SELECT hash FROM keys --",
            "pg-" + new string('A', 49),
            secret.ToUpperInvariant(),
            secret + "\0",
            " " + secret,
            secret[..20],
            "\ud800\udfff\udc00",
            new string('x', 1_000_000),
            .. Enumerable
                .Range(0, 2000)
                .Select(_ => new string([.. Enumerable.Range(0, random.Next(80)).Select(_ => (char)random.Next(0x20, 0x2ff))])),
            .. Enumerable.Range(0, 2000).Select(_ => Mutate(secret, random)),
        ];

        hostile.ShouldAllBe(text => _ring.Find(text).Status == KeyStatus.Malformed);
    }

    /// <summary>CVE-2026-35030: the whole secret decides, not its beginning.</summary>
    [Fact]
    public async Task Find_SecretsWithACommonBeginning_AreDifferentKeys()
    {
        const string Common = "a-common-beginning-of-more-than-twenty-characters-";
        await _store.InsertAsync(SampleKeys.Plain("key_env", "never used, only here so that the ring is loaded"), default);
        using var ring = new KeyRing(
            _store,
            new KeysOptions { Declared = [SampleKeys.Plain("key_1", Common + "1"), SampleKeys.Plain("key_2", Common + "2")] },
            _clock
        );
        await ring.RefreshAsync(default);

        ring.Find(Common + "1").Caller!.Id.ShouldBe("key_1");
        ring.Find(Common + "2").Caller!.Id.ShouldBe("key_2");
        ring.Find(Common + "3").Status.ShouldBe(KeyStatus.Unknown);
        ring.Find(Common).Status.ShouldBe(KeyStatus.Unknown);
    }

    [Fact]
    public async Task Find_KeyThatExpires_IsFoundUntilThen()
    {
        var secret = await StoreAsync("key_a", key => key with { ExpiresAt = _clock.Now.AddMinutes(1) });

        _clock.Advance(TimeSpan.FromSeconds(59.999));
        _ring.Find(secret).Status.ShouldBe(KeyStatus.Found);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _ring.Find(secret).Status.ShouldBe(KeyStatus.Expired);
        _ring.Find(secret).Caller!.Id.ShouldBe("key_a");
    }

    [Fact]
    public async Task Find_RevokedKey_IsRevokedWithBothItsSecrets()
    {
        var (secret, previous) = (NewSecret(), NewSecret());
        await _store.InsertAsync(
            SampleKeys.Plain("key_a", secret) with
            {
                RevokedAt = _clock.Now,
                PreviousHash = KeyHash.Of(previous),
                PreviousHashExpiresAt = _clock.Now.AddDays(1),
            },
            default
        );
        await _ring.RefreshAsync(default);

        _ring.Find(secret).Status.ShouldBe(KeyStatus.Revoked);
        _ring.Find(previous).Status.ShouldBe(KeyStatus.Revoked);
    }

    [Fact]
    public async Task Find_PreviousSecret_WorksUntilGraceOrKeyEnds()
    {
        var (inGrace, capped) = (NewSecret(), NewSecret());
        await StoreAsync("key_a", key => key with { PreviousHash = KeyHash.Of(inGrace), PreviousHashExpiresAt = _clock.Now.AddMinutes(1) });
        await StoreAsync(
            "key_b",
            key =>
                key with
                {
                    PreviousHash = KeyHash.Of(capped),
                    PreviousHashExpiresAt = _clock.Now.AddMinutes(1),
                    ExpiresAt = _clock.Now.AddSeconds(30),
                }
        );

        (_ring.Find(inGrace).Status, _ring.Find(capped).Status).ShouldBe((KeyStatus.Found, KeyStatus.Found));
        _clock.Advance(TimeSpan.FromSeconds(30));
        (_ring.Find(inGrace).Status, _ring.Find(capped).Status).ShouldBe((KeyStatus.Found, KeyStatus.Expired));
        _clock.Advance(TimeSpan.FromSeconds(30));
        _ring.Find(inGrace).Status.ShouldBe(KeyStatus.Rotated);
    }

    [Fact]
    public async Task Find_DeletedKey_IsUnknown()
    {
        var secret = await StoreAsync("key_a");
        await _store.DeleteAsync("key_a", default);
        await _ring.RefreshAsync(default);

        _ring.Find(secret).Status.ShouldBe(KeyStatus.Unknown);
    }

    /// <summary>Field report litellm#20697: a dead database must not end known keys at once, nor let revoked ones live for ever.</summary>
    [Fact]
    public async Task Find_StoreDown_KnownKeysWorkForTheStatedTimeThenFailClosed()
    {
        var secret = await StoreAsync("key_a");
        _store.IsDown = true;

        _clock.Advance(_options.StaleFor);
        await Should.ThrowAsync<IOException>(() => _ring.RefreshAsync(default));
        _ring.Find(secret).Status.ShouldBe(KeyStatus.Found);
        _ring.IsCurrent.ShouldBeTrue();

        _clock.Advance(TimeSpan.FromTicks(1));
        _ring.Find(secret).ShouldBe(new ApiKeyLookup(KeyStatus.StoreUnavailable, null));
        _ring.Find(NewSecret()).Status.ShouldBe(KeyStatus.StoreUnavailable);
        _ring.IsCurrent.ShouldBeFalse();

        _store.IsDown = false;
        await _ring.RefreshAsync(default);
        _ring.Find(secret).Status.ShouldBe(KeyStatus.Found);
    }

    [Fact]
    public void Find_BeforeTheFirstRefresh_IsUnavailableButDeclaredKeysWork()
    {
        using var ring = new KeyRing(_store, new KeysOptions { Declared = [SampleKeys.Plain("key_env", "a declared secret")] }, _clock);

        ring.Find(NewSecret()).Status.ShouldBe(KeyStatus.StoreUnavailable);
        ring.Find("a declared secret").Caller!.Id.ShouldBe("key_env");
    }

    [Fact]
    public async Task Find_DeclaredSecretThatOnlyLooksLikeAGeneratedOne_IsFound()
    {
        var secret = "pg-" + new string('A', 49);
        KeySecret.IsWellFormed(secret).ShouldBeFalse();
        using var ring = new KeyRing(_store, new KeysOptions { Declared = [SampleKeys.Plain("key_env", secret)] }, _clock);
        await ring.RefreshAsync(default);

        ring.Find(secret).Status.ShouldBe(KeyStatus.Found);
        ring.Find(new string('B', KeySecret.MinLength - 1)).Status.ShouldBe(KeyStatus.Malformed);
        ring.Find(new string('B', KeySecret.MaxLength)).Status.ShouldBe(KeyStatus.Unknown);
        ring.Find(new string('B', KeySecret.MaxLength + 1)).Status.ShouldBe(KeyStatus.Malformed);
    }

    [Fact]
    public async Task Refresh_NothingChanged_DoesNotReadTheKeysAgain()
    {
        await StoreAsync("key_a");
        var reads = _store.FullReads;
        for (var i = 0; i < 10; i++)
            await _ring.RefreshAsync(default);

        _store.FullReads.ShouldBe(reads);
    }

    [Fact]
    public async Task Refresh_StoreWithAnOlderVersion_IsReadAnew()
    {
        var secret = await StoreAsync("key_a");
        await StoreAsync("key_b");
        var backup = new MemoryKeyStore();
        await backup.InsertAsync(SampleKeys.Plain("key_a", secret) with { RevokedAt = _clock.Now }, default);
        using var ring = new KeyRing(new SwitchingKeyStore(_store, backup), _options, _clock);
        await ring.RefreshAsync(default);
        ring.Find(secret).Status.ShouldBe(KeyStatus.Found);

        await ring.RefreshAsync(default);

        ring.Find(secret).Status.ShouldBe(KeyStatus.Revoked);
    }

    public void Dispose() => _ring.Dispose();

    private static string Mutate(string secret, Random random)
    {
        var at = random.Next(secret.Length);
        var c = (char)random.Next(0x21, 0x7f);
        return secret[at] == c ? secret[..at] : secret[..at] + c + secret[(at + 1)..];
    }
}
