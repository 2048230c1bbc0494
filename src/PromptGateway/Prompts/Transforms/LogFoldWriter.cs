using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>Writes a text by the forms of its lines. <see cref="LogFoldReader"/> reads it.</summary>
internal static class LogFoldWriter
{
    public static void Write(ReadOnlySpan<byte> text, LogForms forms, TextBuffer output)
    {
        var previous = ReadOnlySpan<byte>.Empty;
        int line = 0,
            repeats = 0,
            numbers = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            var current = text[range];
            var form = forms.FormOf(line);
            if (line++ > 0)
            {
                if (!current.IsEmpty && current.SequenceEqual(previous))
                {
                    repeats++;
                    continue;
                }
                EndRepeats(output, ref repeats);
                output.Append('\n');
            }
            if (form < 0 || forms[form].Number == 0)
                Verbatim(current, output);
            else
                Formed(text, current, forms, form, ref numbers, output);
            previous = current;
        }
        EndRepeats(output, ref repeats);
    }

    /// <summary>Whether a line of a folded log is more than itself, so that such a line must be marked.</summary>
    public static bool HasMeaning(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            return false;
        if (line[0] is (byte)'\\' or (byte)'*')
            return true;
        var digits = line.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits < 0 || (digits > 0 && line[digits] is (byte)' ' or (byte)'=');
    }

    private static void EndRepeats(TextBuffer output, ref int repeats)
    {
        if (repeats == 0)
            return;
        output.Append("\n*"u8);
        output.Append(repeats);
        repeats = 0;
    }

    private static void Verbatim(ReadOnlySpan<byte> line, TextBuffer output)
    {
        if (HasMeaning(line))
            output.Append('\\');
        output.Append(line);
    }

    private static void Formed(
        ReadOnlySpan<byte> text,
        ReadOnlySpan<byte> line,
        LogForms forms,
        int index,
        ref int numbers,
        TextBuffer output
    )
    {
        ref var form = ref forms[index];
        if (form.Number < 0)
        {
            form.Number = ++numbers;
            Define(text[form.LineStart..form.LineEnd], form, forms.WordsOf(form), output);
        }
        output.Append(form.Number);
        foreach (var word in forms.WordsOf(form))
        {
            var value = LogLine.NextWord(ref line);
            if (!word.Varies)
                continue;
            output.Append(' ');
            output.Append(value[word.Prefix..^word.Suffix]);
        }
    }

    private static void Define(ReadOnlySpan<byte> model, in LogForm form, ReadOnlySpan<LogWord> words, TextBuffer output)
    {
        output.Append(form.Number);
        var separator = '=';
        foreach (var word in words)
        {
            output.Append(separator);
            separator = ' ';
            var first = LogLine.NextWord(ref model);
            if (!word.Varies)
            {
                output.Append(first);
                continue;
            }
            output.Append(first[..word.Prefix]);
            output.Append("{}"u8);
            output.Append(first[^word.Suffix..]);
        }
        output.Append('\n');
    }
}
