using PromptGateway.Json;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Policies;

/// <summary>
/// Decodes all lossless encodings in a payload: texts become what they were, JSON the same values with the same number lexemes, without
/// white space. White space that <c>whitespace</c> dropped comes back with the patch that the preview made (<see cref="RestorePatch"/>), and so
/// does what masks and excerpts left out; messages that were left out do not come back.
/// </summary>
internal static class Restorer
{
    /// <summary>The payload with the texts that it had before; null when it is no prompt of this format, or the patch is not one for it.</summary>
    public static byte[]? Restore(ReadOnlyMemory<byte> body, RequestFormat format, string patch)
    {
        if (Restore(body, format) is not { } restored || RestorePatch.Texts(restored, format) is not { } texts)
            return null;
        if (RestorePatch.Apply(patch, texts) is not { } originals)
            return null;
        using var map = PromptMap.Rent();
        if (!map.TryRead(restored, format))
            return null;
        var splice = new JsonSplice(restored);
        var index = 0;
        foreach (ref readonly var segment in map.Segments)
        {
            if (!segment.IsEditable || !originals.TryGetValue(index++, out var text))
                continue;
            using var literal = new TextBuffer();
            SegmentText.Encode(text, literal);
            splice.Replace(segment.Start, segment.Length, literal.Text.ToArray());
        }
        return splice.ToArray();
    }

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
