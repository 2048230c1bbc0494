using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// <c>whitespace</c>: drops what a terminal would not show: blanks at line ends, carriage returns, colour codes, progress bars that were
/// drawn over, and all but one of several blank lines. Text that looks like source code or a patch keeps everything but colour codes:
/// somebody may want to edit it by its exact words. Fenced blocks are kept as they are.
/// </summary>
internal sealed class WhitespaceTransform : IPromptTransform
{
    private const byte Escape = 0x1B;

    /// <summary>Bytes. One or two blanks are no token of their own, and what stands around them may be one more without them.</summary>
    private const int SmallestGain = 8;

    public string Name => "whitespace";

    public TransformClass Class => TransformClass.Lossless;

    public bool IsLocal => true;

    public string? Propose(in TransformInput input, TextBuffer output)
    {
        var text = input.Text;
        if (!MayGain(text))
            return SkipReason.NothingToDo;
        if (SourceCodeLook.IsCode(text))
            return SkipReason.SourceCode;
        var isPlain = text.IndexOfAny(Escape, (byte)'\r') < 0;
        var blanks = 0;
        var fenced = false;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            var start = output.Length;
            if (fenced || line.StartsWith("```"u8))
                output.Append(line);
            else if (isPlain)
                output.Append(line.TrimEnd(" \t"u8));
            else
                TerminalLine.Write(line, output);
            blanks = output.Length == start && !fenced ? blanks + 1 : 0;
            if (output.Text[start..].StartsWith("```"u8))
                fenced = !fenced;
            if (end >= 0 && blanks <= 1)
                output.Append('\n');
        }
        return output.Length + SmallestGain <= input.Text.Length ? null : SkipReason.NotSmaller;
    }

    public bool Keeps(in TransformInput before, ReadOnlySpan<byte> after, TextBuffer scratch, TextBuffer other) =>
        before.Text.IndexOfAny(Escape, (byte)'\r') < 0 ? NonSpace.Equal(before.Text, after) : NonSpace.IsWithin(after, before.Text);

    private static bool MayGain(ReadOnlySpan<byte> text) =>
        text.IndexOfAny(Escape, (byte)'\r') >= 0
        || text.IndexOf(" \n"u8) >= 0
        || text.IndexOf("\t\n"u8) >= 0
        || text.IndexOf("\n\n\n"u8) >= 0
        || (!text.IsEmpty && text[^1] is (byte)' ' or (byte)'\t');
}
