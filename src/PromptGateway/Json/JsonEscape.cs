using System.Globalization;
using System.Text;

namespace PromptGateway.Json;

/// <summary>Escape sequences in JSON strings: checking one, and decoding text that was checked.</summary>
internal static class JsonEscape
{
    private const int ShortLength = 2;
    private const int UnicodeLength = 6;

    /// <summary>
    /// Checks the escape whose backslash is at <paramref name="at"/>. Gives its length in bytes (12 for a surrogate pair), or 0 with the
    /// error and its offset.
    /// </summary>
    public static int Measure(ReadOnlySpan<byte> utf8, int at, out JsonScanError error, out int errorOffset)
    {
        error = JsonScanError.None;
        errorOffset = at;
        if (at + 1 >= utf8.Length)
        {
            error = JsonScanError.UnexpectedEnd;
            errorOffset = utf8.Length;
            return 0;
        }
        switch (utf8[at + 1])
        {
            case (byte)'n' or (byte)'"' or (byte)'\\' or (byte)'t' or (byte)'r' or (byte)'/' or (byte)'b' or (byte)'f':
                return ShortLength;
            case (byte)'u':
                return MeasureUnicode(utf8, at, out error, out errorOffset);
            default:
                error = JsonScanError.InvalidEscape;
                return 0;
        }
    }

    /// <summary>Whether all escapes in the text (without quotes) are right, so that it can be decoded.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> raw)
    {
        var at = raw.IndexOf((byte)'\\');
        while (at >= 0 && at < raw.Length)
        {
            var length = raw[at] == '\\' ? Measure(raw, at, out _, out _) : 1;
            if (length == 0)
                return false;
            at += length;
        }
        return true;
    }

    /// <summary>Decodes checked text (without quotes). The result is never longer than the source. Gives its length in bytes.</summary>
    public static int Decode(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var plain = raw.IndexOf((byte)'\\');
            if (plain < 0)
                plain = raw.Length;
            raw[..plain].CopyTo(destination[written..]);
            written += plain;
            if (plain == raw.Length)
                return written;
            raw = raw[plain..];
            var consumed = DecodeOne(raw, out var rune);
            written += rune.EncodeToUtf8(destination[written..]);
            raw = raw[consumed..];
        }
    }

    /// <summary>Whether checked text (without quotes) decodes to these bytes. Allocates nothing.</summary>
    public static bool EqualsDecoded(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> decoded)
    {
        Span<byte> unit = stackalloc byte[4];
        while (!raw.IsEmpty)
        {
            var consumed = 1;
            var length = 1;
            if (raw[0] == '\\')
            {
                consumed = DecodeOne(raw, out var rune);
                length = rune.EncodeToUtf8(unit);
            }
            else
                unit[0] = raw[0];
            if (!decoded.StartsWith(unit[..length]))
                return false;
            decoded = decoded[length..];
            raw = raw[consumed..];
        }
        return decoded.IsEmpty;
    }

    private static int MeasureUnicode(ReadOnlySpan<byte> utf8, int at, out JsonScanError error, out int errorOffset)
    {
        errorOffset = at;
        if (!TryReadUnit(utf8, at, out var unit, out error, ref errorOffset))
            return 0;
        if (!char.IsSurrogate(unit))
            return UnicodeLength;
        if (
            char.IsHighSurrogate(unit)
            && utf8[(at + UnicodeLength)..].StartsWith("\\u"u8)
            && TryReadUnit(utf8, at + UnicodeLength, out var low, out error, ref errorOffset)
            && char.IsLowSurrogate(low)
        )
            return 2 * UnicodeLength;
        if (error == JsonScanError.None)
            error = JsonScanError.LoneSurrogate;
        return 0;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> utf8, int at, out char unit, out JsonScanError error, ref int errorOffset)
    {
        unit = '\0';
        error = JsonScanError.None;
        for (var i = at + ShortLength; i < at + UnicodeLength; i++)
        {
            if (i >= utf8.Length || !char.IsAsciiHexDigit((char)utf8[i]))
            {
                error = i >= utf8.Length ? JsonScanError.UnexpectedEnd : JsonScanError.InvalidEscape;
                errorOffset = i >= utf8.Length ? utf8.Length : at;
                return false;
            }
            unit = (char)((unit << 4) | HexValue(utf8[i]));
        }
        return true;
    }

    private static int DecodeOne(ReadOnlySpan<byte> escape, out Rune rune)
    {
        if (escape[1] != 'u')
        {
            rune = new Rune(ShortValue(escape[1]));
            return ShortLength;
        }
        var unit = ReadUnit(escape);
        if (!char.IsSurrogate(unit))
        {
            rune = new Rune(unit);
            return UnicodeLength;
        }
        rune = new Rune(unit, ReadUnit(escape[UnicodeLength..]));
        return 2 * UnicodeLength;
    }

    private static char ReadUnit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape[ShortLength..UnicodeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static char ShortValue(byte letter) =>
        letter switch
        {
            (byte)'n' => '\n',
            (byte)'t' => '\t',
            (byte)'r' => '\r',
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            _ => (char)letter,
        };

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
