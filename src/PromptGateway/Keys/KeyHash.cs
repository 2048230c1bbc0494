using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PromptGateway.Keys;

/// <summary>
/// SHA-256 of a whole secret. Secrets are 256 random bits, so a plain hash is enough (no password stretching), and nothing but
/// this hash is stored. Equality takes the same time whatever differs.
/// </summary>
internal readonly struct KeyHash : IEquatable<KeyHash>
{
    private readonly ulong _a,
        _b,
        _c,
        _d;

    /// <param name="bytes">Exactly 32 bytes.</param>
    public KeyHash(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, SHA256.HashSizeInBytes);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        (_a, _b, _c, _d) = (words[0], words[1], words[2], words[3]);
    }

    public static KeyHash Of(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, hash);
        return new KeyHash(hash);
    }

    /// <summary>Hash of the UTF-8 bytes of a secret as it stands in a header.</summary>
    public static KeyHash Of(ReadOnlySpan<char> secret)
    {
        Span<byte> utf8 = secret.Length <= KeySecret.MaxLength ? stackalloc byte[KeySecret.MaxLength * 3] : new byte[secret.Length * 3];
        return Of(utf8[..System.Text.Encoding.UTF8.GetBytes(secret, utf8)]);
    }

    public static bool TryParseHex(ReadOnlySpan<char> hex, out KeyHash hash)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        var ok =
            hex.Length == 64
            && Convert.FromHexString(hex, bytes, out _, out var written) == System.Buffers.OperationStatus.Done
            && written == 32;
        hash = ok ? new KeyHash(bytes) : default;
        return ok;
    }

    public void CopyTo(Span<byte> destination) => MemoryMarshal.Cast<ulong, byte>([_a, _b, _c, _d]).CopyTo(destination);

    public byte[] ToArray()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        CopyTo(bytes);
        return bytes;
    }

    public bool Equals(KeyHash other) => ((_a ^ other._a) | (_b ^ other._b) | (_c ^ other._c) | (_d ^ other._d)) == 0;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is KeyHash other && Equals(other);

    public override int GetHashCode() => _a.GetHashCode();

    /// <summary>The first 12 hex digits: enough to tell keys apart in a log, useless to an attacker.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray().AsSpan(0, 6));

    public static bool operator ==(KeyHash left, KeyHash right) => left.Equals(right);

    public static bool operator !=(KeyHash left, KeyHash right) => !left.Equals(right);
}
