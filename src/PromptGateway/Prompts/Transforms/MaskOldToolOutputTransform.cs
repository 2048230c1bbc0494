using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// <c>mask-old-tool-output</c>: tool results from long before become one line that says how large they were and how they began. What counts
/// as long before moves in large steps, so that the prompt's beginning changes seldom and provider caches keep hitting.
/// </summary>
internal sealed class MaskOldToolOutputTransform(int keptSteps = 10, int stride = 10) : IPromptTransform
{
    private const int Shortest = 200;
    private const int LongestQuote = 60;

    public string Name => "mask-old-tool-output";

    public TransformClass Class => TransformClass.Trimming;

    public string? Propose(in TransformInput input, TextBuffer output)
    {
        if (input.Text.Length < Shortest)
            return SkipReason.TooShort;
        var boundary = Math.Max(0, input.Steps - keptSteps) / stride * stride;
        if (input.Segment.Step > boundary)
            return SkipReason.TooRecent;
        output.Append(Encodings.Masked);
        output.Append("tool result of "u8);
        output.Append(input.Text.Count((byte)'\n') + 1);
        output.Append(" lines, "u8);
        output.Append(input.Text.Length);
        output.Append(" bytes, beginning \""u8);
        output.Append(Beginning(input.Text));
        output.Append("\"]"u8);
        return null;
    }

    /// <summary>A mask says nothing that the text did not say.</summary>
    public bool Keeps(in TransformInput before, ReadOnlySpan<byte> after, TextBuffer scratch, TextBuffer other) =>
        after.StartsWith(Encodings.Masked) && after.EndsWith("\"]"u8) && after.Length < before.Text.Length;

    private static ReadOnlySpan<byte> Beginning(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        var end = text.IndexOfAny((byte)'\n', (byte)'\r');
        if (end >= 0)
            text = text[..end];
        if (text.Length <= LongestQuote)
            return text;
        var length = LongestQuote;
        while (length > 0 && (text[length] & 0xC0) == 0x80)
            length--;
        return text[..length];
    }
}
