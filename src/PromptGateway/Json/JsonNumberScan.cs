using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PromptGateway.Json;

/// <summary>Steps over one JSON number and checks its grammar; any size and precision is allowed.</summary>
internal static class JsonNumberScan
{
    /// <summary>From the sign or first digit to just after the last one.</summary>
    public static bool TrySkip(ref JsonCursor cursor)
    {
        var utf8 = cursor.Utf8;
        var position = cursor.Position;
        if (utf8[position] == '-')
            position++;
        var whole = position;
        if (!TryDigits(ref cursor, ref position))
            return false;
        if (utf8[whole] == '0' && position > whole + 1)
            return cursor.Fail(JsonScanError.InvalidNumber, whole);
        if (position < utf8.Length && utf8[position] == '.')
        {
            position++;
            if (!TryDigits(ref cursor, ref position))
                return false;
        }
        if (position < utf8.Length && (utf8[position] | 0x20) == 'e')
        {
            position++;
            if (position < utf8.Length && utf8[position] is (byte)'+' or (byte)'-')
                position++;
            if (!TryDigits(ref cursor, ref position))
                return false;
        }
        cursor.Position = position;
        return true;
    }

    /// <summary>One digit at least.</summary>
    private static bool TryDigits(ref JsonCursor cursor, ref int position)
    {
        var start = position;
        position = SkipDigits(cursor.Utf8, position);
        if (position > start)
            return true;
        return position >= cursor.Utf8.Length
            ? cursor.Fail(JsonScanError.UnexpectedEnd, cursor.Utf8.Length)
            : cursor.Fail(JsonScanError.InvalidNumber, position);
    }

    private static int SkipDigits(ReadOnlySpan<byte> utf8, int position)
    {
        ref var origin = ref MemoryMarshal.GetReference(utf8);
        while (position <= utf8.Length - Vector128<byte>.Count)
        {
            var block = Vector128.LoadUnsafe(ref origin, (nuint)position) - Vector128.Create((byte)'0');
            var digits = Vector128.Equals(Vector128.Min(block, Vector128.Create((byte)9)), block).ExtractMostSignificantBits();
            var run = BitOperations.TrailingZeroCount(~digits);
            position += run;
            if (run < Vector128<byte>.Count)
                return position;
        }
        while (position < utf8.Length && char.IsAsciiDigit((char)utf8[position]))
            position++;
        return position;
    }
}
