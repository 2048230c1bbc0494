using System.Buffers.Text;
using System.Text;

namespace PromptGateway.Tokens;

/// <summary>The text that a JSON string stands for, as UTF-8.</summary>
internal static class JsonText
{
    /// <summary>
    /// Resolves the escapes of <paramref name="raw"/>, the inside of a valid JSON string (it may be cut off anywhere).
    /// Half a surrogate pair becomes U+FFFD, as clients do send such.
    /// </summary>
    /// <param name="raw">Without the quotation marks.</param>
    /// <param name="text">As long as <paramref name="raw"/> at least; the text is never longer.</param>
    /// <returns>Bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> text)
    {
        var written = 0;
        while (raw.IndexOf((byte)'\\') is >= 0 and var at && at + 1 < raw.Length)
        {
            raw[..at].CopyTo(text[written..]);
            written += at;
            raw = raw[at..];
            if (raw[1] == 'u')
            {
                written += HexEscape(ref raw).EncodeToUtf8(text[written..]);
            }
            else
            {
                text[written++] = Plain(raw[1]);
                raw = raw[2..];
            }
        }
        raw.CopyTo(text[written..]);
        return written + raw.Length;
    }

    private static byte Plain(byte escape) =>
        escape switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'t' => (byte)'\t',
            (byte)'r' => (byte)'\r',
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            _ => escape,
        };

    /// <summary>Reads <c>\uXXXX</c>, or two of them that are one character, from the front of <paramref name="raw"/>.</summary>
    private static Rune HexEscape(scoped ref ReadOnlySpan<byte> raw)
    {
        var first = Unit(raw);
        raw = raw[Math.Min(6, raw.Length)..];
        if (Rune.TryCreate(first, out var rune))
            return rune;
        if (raw is not [(byte)'\\', (byte)'u', ..] || !Rune.TryCreate(first, Unit(raw), out rune))
            return Rune.ReplacementChar;
        raw = raw[6..];
        return rune;
    }

    private static char Unit(ReadOnlySpan<byte> escape) =>
        escape.Length >= 6 && Utf8Parser.TryParse(escape[2..6], out ushort unit, out var read, 'x') && read == 4 ? (char)unit : '\uD800';
}
