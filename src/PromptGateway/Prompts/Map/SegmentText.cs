using System.Buffers;
using PromptGateway.Json;

namespace PromptGateway.Prompts.Map;

/// <summary>From a string literal in the body to its text and back, with the fewest escapes that JSON asks for.</summary>
internal static class SegmentText
{
    private const int LongestEscape = 6;

    private static readonly SearchValues<byte> MustEscape = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Select(control => (byte)control),
        (byte)'"',
        (byte)'\\',
    ]);

    /// <summary>Appends the text of a part that was mapped over this body.</summary>
    public static void Decode(ReadOnlySpan<byte> body, in PromptSegment segment, TextBuffer output)
    {
        var raw = body[(segment.Start + 1)..(segment.End - 1)];
        if (!segment.HasEscapes)
        {
            output.Append(raw);
            return;
        }
        var room = output.Reserve(raw.Length);
        var written = 0;
        while (!raw.IsEmpty)
        {
            var plain = raw.IndexOf((byte)'\\');
            if (plain < 0)
                plain = raw.Length;
            raw[..plain].CopyTo(room[written..]);
            written += plain;
            raw = raw[plain..];
            while (raw.Length > 1 && raw[0] == '\\' && Plain(raw[1]) is var unit && unit != 0)
            {
                room[written++] = unit;
                raw = raw[2..];
            }
            if (raw.Length > 1 && raw[0] == '\\')
            {
                var length = JsonEscape.Measure(raw, 0, out _, out _);
                written += JsonEscape.Decode(raw[..length], room[written..]);
                raw = raw[length..];
            }
        }
        output.Advance(written);
    }

    /// <summary>Appends the literal of a text that is valid UTF-8, with its quotes.</summary>
    public static void Encode(ReadOnlySpan<byte> text, TextBuffer output)
    {
        output.Append('"');
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(MustEscape);
            if (plain < 0)
            {
                output.Append(text);
                break;
            }
            var room = output.Reserve(plain + LongestEscape);
            text[..plain].CopyTo(room);
            output.Advance(plain + Escape(text[plain], room[plain..]));
            text = text[(plain + 1)..];
        }
        output.Append('"');
    }

    private static byte Plain(byte letter) =>
        letter switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'"' => (byte)'"',
            (byte)'\\' => (byte)'\\',
            (byte)'t' => (byte)'\t',
            (byte)'r' => (byte)'\r',
            (byte)'/' => (byte)'/',
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            _ => 0,
        };

    private static int Escape(byte unit, Span<byte> room)
    {
        room[0] = (byte)'\\';
        room[1] = unit switch
        {
            (byte)'"' or (byte)'\\' => unit,
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            _ => (byte)'u',
        };
        if (room[1] != 'u')
            return 2;
        "00"u8.CopyTo(room[2..]);
        room[4] = "0123456789abcdef"u8[unit >> 4];
        room[5] = "0123456789abcdef"u8[unit & 0xF];
        return LongestEscape;
    }
}
