using System.Buffers.Text;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>The line that stands for lines of an earlier tool result: <c>[= lines 3-40 of tool result 2, "first" to "last"]</c>.</summary>
internal static class RepeatReference
{
    private const int LongestQuote = 32;

    public static void Write(ShownResults earlier, int result, int line, int lines, TextBuffer output)
    {
        output.Append(Encodings.Reference);
        output.Append(line);
        output.Append('-');
        output.Append(line + lines - 1);
        output.Append(" of tool result "u8);
        output.Append(result);
        output.Append(", \""u8);
        Quote(earlier.Line(result, line), output);
        if (lines > 1)
        {
            output.Append("\" to \""u8);
            Quote(earlier.Line(result, line + lines - 1), output);
        }
        output.Append("\"]"u8);
    }

    /// <summary>Appends the text with its references resolved; false when it has none, or one that is not as it would be written.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, ShownResults earlier, TextBuffer output)
    {
        var found = false;
        var first = true;
        using var expected = new TextBuffer();
        foreach (var range in text.Split((byte)'\n'))
        {
            if (!first)
                output.Append('\n');
            first = false;
            var line = text[range];
            if (!line.StartsWith(Encodings.Reference))
            {
                output.Append(line);
                continue;
            }
            if (!TryRead(line, earlier, out var result, out var from, out var to))
                return false;
            expected.Clear();
            Write(earlier, result, from, to - from + 1, expected);
            if (!line.SequenceEqual(expected.Text))
                return false;
            for (var at = from; at <= to; at++)
            {
                if (at > from)
                    output.Append('\n');
                output.Append(earlier.Line(result, at));
            }
            found = true;
        }
        return found;
    }

    /// <summary>Notes which results a text refers to already.</summary>
    public static void Cite(ReadOnlySpan<byte> text, ShownResults earlier)
    {
        if (text.IndexOf(Encodings.Reference) < 0)
            return;
        foreach (var range in text.Split((byte)'\n'))
            if (text[range].StartsWith(Encodings.Reference) && TryRead(text[range], earlier, out var result, out _, out _))
                earlier.Cite(result);
    }

    private static bool TryRead(ReadOnlySpan<byte> line, ShownResults earlier, out int result, out int from, out int to)
    {
        (result, from, to) = (0, 0, 0);
        var rest = line[Encodings.Reference.Length..];
        return TryNumber(ref rest, "-"u8, out from)
            && TryNumber(ref rest, " of tool result "u8, out to)
            && TryNumber(ref rest, ", \""u8, out result)
            && result >= 1
            && result <= earlier.Count
            && from >= 1
            && to >= from
            && to <= earlier.Lines(result);
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> then, out int number)
    {
        if (!Utf8Parser.TryParse(rest, out number, out var consumed) || !rest[consumed..].StartsWith(then))
            return false;
        rest = rest[(consumed + then.Length)..];
        return true;
    }

    private static void Quote(ReadOnlySpan<byte> line, TextBuffer output)
    {
        line = line.Trim(" \t\r"u8);
        if (line.Length > LongestQuote)
        {
            var length = LongestQuote;
            while (length > 0 && (line[length] & 0xC0) == 0x80)
                length--;
            line = line[..length];
        }
        output.Append(line);
    }
}
