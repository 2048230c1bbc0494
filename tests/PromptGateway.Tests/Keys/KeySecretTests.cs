using System.Security.Cryptography;
using PromptGateway.Keys;

namespace PromptGateway.Tests.Keys;

public sealed class KeySecretTests
{
    [Fact]
    public void Create_RandomBytes_HasPrefix43DigitsAndChecksum()
    {
        var secret = KeySecret.Create(KeySecret.ApiPrefix, RandomNumberGenerator.Fill);

        secret.ShouldMatch("^pg-[0-9A-Za-z]{49}$");
        KeySecret.IsWellFormed(secret).ShouldBeTrue();
        KeySecret.Shown(secret).ShouldBe(secret[..7]);
    }

    [Fact]
    public void Create_GivenBytes_AreTheNumberInBase62()
    {
        KeySecret.Create("pg-", bytes => bytes.Clear())[..46].ShouldBe("pg-" + new string('0', 43));
        KeySecret
            .Create(
                "pg-",
                bytes =>
                {
                    bytes.Clear();
                    bytes[^1] = 61;
                }
            )[..46]
            .ShouldBe("pg-" + new string('0', 42) + "z");
        KeySecret
            .Create(
                "pg-",
                bytes =>
                {
                    bytes.Clear();
                    bytes[^2] = 1;
                }
            )[..46]
            .ShouldBe("pg-" + new string('0', 41) + "48");
        // 2^256 - 1 fills all 43 digits, so no bit of the secret is lost.
        KeySecret.Create("pg-", bytes => bytes.Fill(255))[3].ShouldNotBe('0');
    }

    [Fact]
    public void Create_Many_AreAllDifferent() =>
        Enumerable.Range(0, 1000).Select(_ => KeySecret.Create("pg-", RandomNumberGenerator.Fill)).Distinct().Count().ShouldBe(1000);

    [Fact]
    public void IsWellFormed_AnyOneCharacterChanged_IsFalse()
    {
        var secret = KeySecret.Create(KeySecret.ApiPrefix, RandomNumberGenerator.Fill);
        for (var i = 0; i < secret.Length; i++)
            foreach (var c in "aZ0-é\0")
                if (c != secret[i])
                    KeySecret.IsWellFormed(secret[..i] + c + secret[(i + 1)..]).ShouldBeFalse();
        KeySecret.IsWellFormed(secret.AsSpan(0, secret.Length - 1)).ShouldBeFalse();
        KeySecret.IsWellFormed(secret + "0").ShouldBeFalse();
    }

    [Fact]
    public void IsWellFormed_AdminSecret_IsNoApiSecret()
    {
        var secret = KeySecret.Create(KeySecret.AdminPrefix, RandomNumberGenerator.Fill);
        KeySecret.IsWellFormed(secret).ShouldBeFalse();
        KeySecret.IsWellFormed(secret, KeySecret.AdminPrefix).ShouldBeTrue();
    }

    [Fact]
    public void IsWellFormed_RandomText_IsFalseAndNeverThrows() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var text = new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => (char)random.Next(0x10000))]);
            KeySecret.IsWellFormed(text).ShouldBeFalse();
            KeySecret.IsWellFormed("pg-" + text).ShouldBeFalse();
        });
}
