using System.Numerics;
using System.Security.Cryptography;

namespace PromptGateway.Keys;

/// <summary>
/// A generated secret: <c>pg-</c>, 43 base62 digits of 256 random bits, and 6 base62 digits of a CRC-32C over all before them.
/// The checksum protects nothing; it tells a mistyped or cut key from an unknown one without hashing it, and lets secret
/// scanners recognise a leaked key.
/// </summary>
internal static class KeySecret
{
    public const string ApiPrefix = "pg-";
    public const string AdminPrefix = "pgadmin-";
    private const int RandomDigits = 43;
    private const int CheckDigits = 6;

    /// <summary>Bounds of any secret, declared ones included, in characters.</summary>
    public const int MinLength = 16;
    public const int MaxLength = 512;

    public static string Create(string prefix, FillRandom fill)
    {
        Span<byte> random = stackalloc byte[32];
        fill(random);
        Span<char> secret = stackalloc char[prefix.Length + RandomDigits + CheckDigits];
        prefix.CopyTo(secret);
        Base62.Write(random, secret.Slice(prefix.Length, RandomDigits));
        CryptographicOperations.ZeroMemory(random);
        Base62.Write(Checksum(secret[..^CheckDigits]), secret[^CheckDigits..]);
        return secret.ToString();
    }

    /// <summary>True for what <see cref="Create"/> could have made.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> secret, string prefix = ApiPrefix)
    {
        if (secret.Length != prefix.Length + RandomDigits + CheckDigits || !secret.StartsWith(prefix, StringComparison.Ordinal))
            return false;
        foreach (var c in secret[prefix.Length..])
            if (!char.IsAsciiLetterOrDigit(c))
                return false;
        Span<char> check = stackalloc char[CheckDigits];
        Base62.Write(Checksum(secret[..^CheckDigits]), check);
        return secret[^CheckDigits..].SequenceEqual(check);
    }

    /// <summary>What people may see of a generated secret: <c>pg-Ab3x</c>.</summary>
    public static string Shown(string secret) => secret[..(secret.IndexOf('-') + 5)];

    private static uint Checksum(ReadOnlySpan<char> ascii)
    {
        var crc = uint.MaxValue;
        foreach (var c in ascii)
            crc = BitOperations.Crc32C(crc, (byte)c);
        return ~crc;
    }
}
