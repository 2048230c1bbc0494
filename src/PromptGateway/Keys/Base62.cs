using System.Numerics;

namespace PromptGateway.Keys;

/// <summary>Digits, then capital, then small letters: text that a double click selects whole and that no URL or shell changes.</summary>
internal static class Base62
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Writes the number with leading zeros; what does not fit is cut off at the front.</summary>
    public static void Write(uint number, Span<char> destination)
    {
        for (var i = destination.Length - 1; i >= 0; i--)
        {
            (number, var digit) = Math.DivRem(number, 62u);
            destination[i] = Alphabet[(int)digit];
        }
    }

    /// <summary>As the other overload, for a number of any size, most significant byte first.</summary>
    public static void Write(ReadOnlySpan<byte> number, Span<char> destination)
    {
        var rest = new BigInteger(number, isUnsigned: true, isBigEndian: true);
        for (var i = destination.Length - 1; i >= 0; i--)
        {
            rest = BigInteger.DivRem(rest, 62, out var digit);
            destination[i] = Alphabet[(int)digit];
        }
    }
}
