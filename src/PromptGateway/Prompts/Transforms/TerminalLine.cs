using System.Buffers;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>What remains to be seen of a line that was written to a terminal.</summary>
internal static class TerminalLine
{
    private const byte Escape = 0x1B;
    private static readonly SearchValues<byte> CodeParameters = SearchValues.Create("0123456789;"u8);

    /// <summary>How many first bytes two states of a progress bar have in common at least.</summary>
    private const int SharedByBar = 3;

    public static void Write(ReadOnlySpan<byte> line, TextBuffer output)
    {
        var start = output.Length;
        var isWhole = TryWithoutCodes(line, output);
        var seen = output.Text[start..].TrimEnd("\r \t"u8);
        // What stays of a line with other codes might have none of them, and would then be read in another way the next time.
        var last = isWhole ? LastState(seen).Length : seen.Length;
        var hidden = seen.Length - last;
        if (hidden > 0)
            output.Remove(start, hidden);
        output.Truncate(start + last);
    }

    /// <summary>False when there is anything but whole colour codes: then the line stays as it is.</summary>
    private static bool TryWithoutCodes(ReadOnlySpan<byte> line, TextBuffer output)
    {
        var start = output.Length;
        var rest = line;
        while (true)
        {
            var escape = rest.IndexOf(Escape);
            output.Append(escape < 0 ? rest : rest[..escape]);
            if (escape < 0)
                return true;
            var length = CodeLength(rest[escape..]);
            // So that what is left never forms a new one.
            if (length == 0)
            {
                output.Truncate(start);
                output.Append(line);
                return false;
            }
            rest = rest[(escape + length)..];
        }
    }

    /// <summary>The last state of a progress bar; the line itself when its parts are no states of one thing.</summary>
    private static ReadOnlySpan<byte> LastState(ReadOnlySpan<byte> line)
    {
        var last = line[(line.LastIndexOf((byte)'\r') + 1)..];
        var rest = line[..^last.Length];
        while (!rest.IsEmpty)
        {
            rest = rest[..^1];
            var state = rest[(rest.LastIndexOf((byte)'\r') + 1)..];
            if (!state.IsEmpty && state.CommonPrefixLength(last) < SharedByBar)
                return line;
            rest = rest[..^state.Length];
        }
        return last;
    }

    /// <summary>The length of a colour code (<c>ESC [ digits and semicolons m</c>) or of "erase line" (<c>K</c>), else 0.</summary>
    private static int CodeLength(ReadOnlySpan<byte> text)
    {
        if (text.Length < 3 || text[1] != '[')
            return 0;
        var parameters = text[2..].IndexOfAnyExcept(CodeParameters);
        return parameters >= 0 && text[parameters + 2] is (byte)'m' or (byte)'K' ? parameters + 3 : 0;
    }
}
