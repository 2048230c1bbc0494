using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;

namespace PromptGateway.Json;

/// <summary>Steps over one JSON string, 32 bytes at a time, and checks it: escapes, control characters, UTF-8.</summary>
internal static class JsonStringScan
{
    private const byte LastControl = 0x1F;
    private const byte FirstNonAscii = 0x80;

    private static readonly SearchValues<byte> NonAscii = SearchValues.Create([
        .. Enumerable.Range(FirstNonAscii, 128).Select(b => (byte)b),
    ]);

    /// <summary>From just after the opening quote to just after the closing one.</summary>
    public static bool TrySkip(ref JsonCursor cursor, out bool hasEscapes)
    {
        var utf8 = cursor.Utf8;
        ref var origin = ref MemoryMarshal.GetReference(utf8);
        var position = cursor.Position;
        var seen = Vector256<byte>.Zero;
        hasEscapes = false;
        while (position <= utf8.Length - Vector256<byte>.Count)
        {
            var block = Vector256.LoadUnsafe(ref origin, (nuint)position);
            seen |= block;
            var stops = Stops(block);
            var next = position + Vector256<byte>.Count;
            while (stops != 0)
            {
                var at = position + BitOperations.TrailingZeroCount(stops);
                if (utf8[at] == '"')
                    return TryEnd(ref cursor, at, seen.ExtractMostSignificantBits() != 0);
                if (!TryEscape(ref cursor, at, out var end))
                    return false;
                hasEscapes = true;
                if (end >= next)
                {
                    next = end;
                    break;
                }
                stops &= uint.MaxValue << (end - position);
            }
            position = next;
        }
        return TrySkipTail(ref cursor, position, seen.ExtractMostSignificantBits() != 0, ref hasEscapes);
    }

    private static uint Stops(Vector256<byte> block) =>
        (
            Vector256.Equals(block, Vector256.Create((byte)'"'))
            | Vector256.Equals(block, Vector256.Create((byte)'\\'))
            | Vector256.Equals(Vector256.Min(block, Vector256.Create(LastControl)), block)
        ).ExtractMostSignificantBits();

    /// <summary>The last bytes of the document, fewer than one vector.</summary>
    private static bool TrySkipTail(ref JsonCursor cursor, int position, bool nonAscii, ref bool hasEscapes)
    {
        var utf8 = cursor.Utf8;
        while (position < utf8.Length)
        {
            var unit = utf8[position];
            if (unit == '"')
                return TryEnd(ref cursor, position, nonAscii);
            if (unit is (byte)'\\' or <= LastControl)
            {
                if (!TryEscape(ref cursor, position, out position))
                    return false;
                hasEscapes = true;
                continue;
            }
            nonAscii |= unit >= FirstNonAscii;
            position++;
        }
        return cursor.Fail(JsonScanError.UnexpectedEnd, utf8.Length);
    }

    private static bool TryEscape(ref JsonCursor cursor, int at, out int end)
    {
        end = at;
        if (cursor.Utf8[at] != '\\')
            return cursor.Fail(JsonScanError.ControlCharacter, at);
        var length = JsonEscape.Measure(cursor.Utf8, at, out var error, out var errorOffset);
        end = at + length;
        return length > 0 || cursor.Fail(error, errorOffset);
    }

    private static bool TryEnd(ref JsonCursor cursor, int quote, bool nonAscii)
    {
        var text = cursor.Utf8[cursor.Position..quote];
        if (nonAscii && !Utf8.IsValid(text))
            return cursor.Fail(JsonScanError.InvalidUtf8, cursor.Position + FirstInvalid(text));
        cursor.Position = quote + 1;
        return true;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (true)
        {
            var plain = text[at..].IndexOfAny(NonAscii);
            if (plain < 0)
                return text.Length;
            at += plain;
            if (Rune.DecodeFromUtf8(text[at..], out _, out var length) != OperationStatus.Done)
                return at;
            at += length;
        }
    }
}
