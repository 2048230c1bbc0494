using PromptGateway.Json;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Policies;

/// <summary>
/// Decodes all lossless encodings in a payload: texts become what they were, JSON the same values with the same number lexemes, without
/// white space. White space that <c>whitespace</c> dropped does not come back, nor what a trimming transform left out.
/// </summary>
internal static class Restorer
{
    /// <summary>The restored payload, the payload itself when nothing in it is encoded; null when it is not a prompt of this format.</summary>
    public static byte[]? Restore(ReadOnlyMemory<byte> body, RequestFormat format)
    {
        using var map = PromptMap.Rent();
        if (!map.TryRead(body.Span, format))
            return null;
        using var shown = new ShownResults();
        using var text = new TextBuffer();
        using var plain = new TextBuffer();
        using var decoded = new TextBuffer();
        var splice = new JsonSplice(body);
        foreach (ref readonly var segment in map.Segments)
        {
            if (segment.IsProtected)
                continue;
            text.Clear();
            SegmentText.Decode(body.Span, segment, text);
            if (TryDecode(text.Text, shown, plain, decoded, out var result))
            {
                using var literal = new TextBuffer();
                SegmentText.Encode(result, literal);
                splice.Replace(segment.Start, segment.Length, literal.Text.ToArray());
            }
            shown.Add(text.Text, index: false);
        }
        return splice.ToArray();
    }

    private static bool TryDecode(
        ReadOnlySpan<byte> text,
        ShownResults shown,
        TextBuffer plain,
        TextBuffer decoded,
        out ReadOnlySpan<byte> result
    )
    {
        plain.Clear();
        var referred = RepeatReference.TryDecode(text, shown, plain);
        result = referred ? plain.Text : text;
        decoded.Clear();
        if (LogFoldReader.TryDecode(result, decoded))
        {
            result = decoded.Text;
            return true;
        }
        decoded.Clear();
        if (!JsonTableReader.TryDecode(result, decoded))
            return referred;
        result = decoded.Text;
        return true;
    }
}
