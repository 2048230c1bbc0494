using System.Buffers.Text;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>Turns what <see cref="LogFoldWriter"/> wrote back into the log.</summary>
internal static class LogFoldReader
{
    private const int LongestResult = 64 << 20;

    /// <summary>Appends the log; false when the text is not of this encoding, and then what was appended means nothing.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, TextBuffer output)
    {
        if (!text.StartsWith(Encodings.Log))
            return false;
        text = text[Encodings.Log.Length..];
        var forms = new List<Range>();
        var previous = -1;
        var origin = output.Length;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            var digits = line.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits > 0 && line[digits] == '=')
            {
                if (!IsNumber(line[..digits], forms.Count + 1))
                    return false;
                forms.Add(new Range(range.Start.Value + digits + 1, range.End));
                continue;
            }
            if (line.StartsWith("*"u8))
            {
                if (previous < 0 || !TryRepeat(line[1..], output, previous, origin))
                    return false;
                continue;
            }
            if (previous >= 0)
                output.Append('\n');
            previous = output.Length;
            if (!LogFoldWriter.HasMeaning(line))
                output.Append(line);
            else if (line[0] == '\\')
                output.Append(line[1..]);
            else if (!TryFormed(text, line, forms, output))
                return false;
        }
        return previous >= 0;
    }

    private static bool IsNumber(ReadOnlySpan<byte> digits, int expected) =>
        Utf8Parser.TryParse(digits, out int number, out var consumed) && consumed == digits.Length && number == expected;

    private static bool TryRepeat(ReadOnlySpan<byte> count, TextBuffer output, int previous, int origin)
    {
        if (!Utf8Parser.TryParse(count, out int times, out var consumed) || consumed != count.Length || times < 1)
            return false;
        var length = output.Length - previous;
        if ((long)times * (length + 1) + output.Length - origin > LongestResult)
            return false;
        for (; times > 0; times--)
        {
            output.Append('\n');
            output.Reserve(length);
            output.Append(output.Text.Slice(previous, length));
        }
        return true;
    }

    private static bool TryFormed(ReadOnlySpan<byte> text, ReadOnlySpan<byte> line, List<Range> forms, TextBuffer output)
    {
        if (!Utf8Parser.TryParse(line, out int number, out var consumed) || number < 1 || number > forms.Count)
            return false;
        var form = text[forms[number - 1]];
        var hasValues = consumed < line.Length;
        var values = hasValues ? line[(consumed + 1)..] : default;
        while (true)
        {
            var gap = form.IndexOf("{}"u8);
            output.Append(gap < 0 ? form : form[..gap]);
            if (gap < 0)
                return !hasValues;
            if (!hasValues)
                return false;
            var end = values.IndexOf((byte)' ');
            output.Append(end < 0 ? values : values[..end]);
            hasValues = end >= 0;
            values = end < 0 ? default : values[(end + 1)..];
            form = form[(gap + 2)..];
        }
    }
}
