using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// <c>json-compact</c>: white space between the tokens of JSON is dropped; strings and numbers keep their lexemes. Takes a text that is one
/// JSON object or array, or several (JSON lines), and, where allowed, JSON in fenced blocks of other texts.
/// </summary>
/// <param name="fences">Whether fenced blocks are compacted too.</param>
internal sealed class JsonCompactTransform(bool fences) : IPromptTransform
{
    /// <summary>Bytes. A blank or two are hardly a token, and what stands around them may be one more without them.</summary>
    private const int SmallestGain = 4;

    public string Name => "json-compact";

    public TransformClass Class => TransformClass.Lossless;

    public bool IsLocal => true;

    public string? Propose(in TransformInput input, TextBuffer output)
    {
        var text = input.Text;
        if (StartsLikeJson(text))
        {
            if (!JsonCompaction.MayGain(text))
                return SkipReason.NothingToDo;
            if (JsonCompaction.TryWrite(text, output))
                return output.Length + SmallestGain <= text.Length ? null : SkipReason.NotSmaller;
        }
        if (!fences)
            return SkipReason.NotJson;
        output.Clear();
        return FencedJson.TryWrite(text, output) ? null : SkipReason.NotJson;
    }

    public bool Keeps(in TransformInput before, ReadOnlySpan<byte> after, TextBuffer scratch, TextBuffer other) =>
        NonSpace.Equal(before.Text, after);

    private static bool StartsLikeJson(ReadOnlySpan<byte> text)
    {
        var first = text.IndexOfAnyExcept(" \t\r\n"u8);
        return first >= 0 && text[first] is (byte)'{' or (byte)'[';
    }
}
