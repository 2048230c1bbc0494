using System.Buffers;
using System.Text;

namespace PromptGateway.Json;

/// <summary>
/// Writes JSON string literals with the fewest escapes that RFC 8259 asks for: quote, backslash and control characters. All else is UTF-8;
/// half surrogate pairs become U+FFFD.
/// </summary>
internal static class JsonStringLiteral
{
    /// <summary>The most bytes that one byte of text can become: <c>\u001f</c>.</summary>
    private const int MaxGrowth = 6;

    private static readonly SearchValues<byte> MustEscape = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Select(control => (byte)control),
        (byte)'"',
        (byte)'\\',
    ]);

    /// <summary>The literal with its quotes.</summary>
    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        var writer = new ArrayBufferWriter<byte>(text.Length + 2);
        Write(writer, text);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the literal with its quotes.</summary>
    public static void Write(IBufferWriter<byte> writer, ReadOnlySpan<char> text)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, rented);
        WriteUtf8(writer, rented.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Writes the literal of text that is valid UTF-8, with its quotes.</summary>
    public static void WriteUtf8(IBufferWriter<byte> writer, ReadOnlySpan<byte> text)
    {
        writer.Write("\""u8);
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(MustEscape);
            writer.Write(plain < 0 ? text : text[..plain]);
            if (plain < 0)
                break;
            var escape = writer.GetSpan(MaxGrowth);
            writer.Advance(WriteEscape(escape, text[plain]));
            text = text[(plain + 1)..];
        }
        writer.Write("\""u8);
    }

    private static int WriteEscape(Span<byte> destination, byte unit)
    {
        var letter = unit switch
        {
            (byte)'"' or (byte)'\\' => unit,
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            _ => default,
        };
        destination[0] = (byte)'\\';
        if (letter != default)
        {
            destination[1] = letter;
            return 2;
        }
        "u00"u8.CopyTo(destination[1..]);
        destination[4] = "0123456789abcdef"u8[unit >> 4];
        destination[5] = "0123456789abcdef"u8[unit & 0xF];
        return MaxGrowth;
    }
}
