using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// <c>mask-old-tool-output</c>: tool results from long before become one line that says how large they were and how they began. Each time
/// that more of them are masked, the provider's prompt cache loses what stands behind the first of them. So it happens for many at once, and
/// only when the policy has saved more so far than that costs (see <see cref="MaskLedger"/>).
/// </summary>
/// <param name="keptSteps">Results of so many last steps of the model stay.</param>
/// <param name="stride">At least so many steps are masked at once.</param>
internal sealed class MaskOldToolOutputTransform(int keptSteps = 10, int stride = 10) : ITransform
{
    /// <summary>Shorter texts, in bytes, stay.</summary>
    public const int Shortest = 200;

    private const int LongestQuote = 60;

    public string Name => "mask-old-tool-output";

    public TransformClass Class => TransformClass.Trimming;

    public int KeptSteps => keptSteps;

    public int Stride => stride;

    /// <summary>Appends the line that stands for a text.</summary>
    public static void Write(ReadOnlySpan<byte> text, TextBuffer output)
    {
        output.Append(Encodings.Masked);
        output.Append("tool result of "u8);
        output.Append(text.Count((byte)'\n') + 1);
        output.Append(" lines, "u8);
        output.Append(text.Length);
        output.Append(" bytes, beginning \""u8);
        output.Append(Beginning(text));
        output.Append("\"]"u8);
    }

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
