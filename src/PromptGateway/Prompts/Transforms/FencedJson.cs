using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>Compacts the JSON in fenced blocks (three backticks on a line of their own, with or without a language) of a text.</summary>
internal static class FencedJson
{
    /// <summary>Appends the text with its JSON blocks compacted; false when nothing became shorter.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> text, TextBuffer output)
    {
        var smaller = false;
        while (TryFind(text, out var body, out var end))
        {
            output.Append(text[..body]);
            var start = output.Length;
            if (JsonCompaction.TryWrite(text[body..end], output) && output.Length - start + 1 < end - body)
            {
                output.Append('\n');
                smaller = true;
            }
            else
            {
                output.Truncate(start);
                output.Append(text[body..end]);
            }
            var close = text[end..];
            var line = close.IndexOf((byte)'\n');
            output.Append(line < 0 ? close : close[..(line + 1)]);
            text = line < 0 ? default : close[(line + 1)..];
        }
        output.Append(text);
        return smaller;
    }

    /// <summary>Finds the next block: its body starts behind the opening line and ends before the closing one.</summary>
    private static bool TryFind(ReadOnlySpan<byte> text, out int body, out int end)
    {
        body = end = 0;
        var from = 0;
        while (true)
        {
            var open = text[from..].IndexOf("```"u8);
            if (open < 0)
                return false;
            open += from;
            var line = text[open..].IndexOf((byte)'\n');
            if (line < 0)
                return false;
            from = open + line + 1;
            if (open == 0 || text[open - 1] == '\n')
                break;
        }
        body = from;
        var close = text[body..].IndexOf("\n```"u8);
        end = body + close + 1;
        return close >= 0;
    }
}
