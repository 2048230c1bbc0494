using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// <c>extract-relevant</c>: of a long tool result or document, the parts stay that fit the user's last message up to there best (BM25 over
/// chunks of lines), the beginning, the end, and every line that speaks of an error with its neighbours. A first line says how much is left,
/// and one line stands for each gap. JSON, and files that somebody may want to edit, stay whole.
/// </summary>
/// <param name="longest">Texts up to this many bytes stay as they are; longer ones are cut to about this.</param>
internal sealed class ExtractRelevantTransform(int longest = 8192) : IPromptTransform
{
    public string Name => "extract-relevant";

    public TransformClass Class => TransformClass.Extractive;

    public bool Takes(SegmentKind kind) => kind is SegmentKind.ToolResult or SegmentKind.Document;

    public string? Propose(in TransformInput input, TextBuffer output)
    {
        var text = input.Text;
        if (text.Length <= longest)
            return SkipReason.TooShort;
        if (LooksLikeJson(text))
            return SkipReason.IsJson;
        using var question = new TextBuffer();
        Question(input, question);
        var terms = new RelevanceTerms(question.Text);
        if (terms.Count == 0)
            return SkipReason.NoQuestion;
        using var chunks = new TextChunks(text);
        var relevance = new Relevance(chunks, terms);
        relevance.Choose(longest);
        Write(text, chunks, output);
        return output.Length * 10 < text.Length * 9 ? null : SkipReason.NotSmaller;
    }

    /// <summary>Every line stands in the original, in its order, and no line that speaks of an error is missing.</summary>
    public bool Keeps(in TransformInput before, ReadOnlySpan<byte> after, TextBuffer scratch, TextBuffer other)
    {
        var rest = before.Text;
        foreach (var range in after.Split((byte)'\n'))
        {
            var line = after[range];
            if (line.StartsWith(Encodings.Excerpt) || line.StartsWith(Encodings.Gap))
                continue;
            while (true)
            {
                if (rest.IsEmpty && !line.IsEmpty)
                    return false;
                var end = rest.IndexOf((byte)'\n');
                var candidate = end < 0 ? rest : rest[..end];
                rest = end < 0 ? default : rest[(end + 1)..];
                if (candidate.SequenceEqual(line))
                    break;
                if (ErrorWords.Stand(candidate))
                    return false;
            }
        }
        foreach (var range in rest.Split((byte)'\n'))
            if (ErrorWords.Stand(rest[range]))
                return false;
        return true;
    }

    private static bool LooksLikeJson(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        return !text.IsEmpty && text[0] is (byte)'{' or (byte)'[' && text[^1] is (byte)'}' or (byte)']';
    }

    /// <summary>The user's last text up to the end of the message that the part stands in.</summary>
    private static void Question(in TransformInput input, TextBuffer question)
    {
        var segments = input.Draft.Map.Segments;
        var found = -1;
        foreach (ref readonly var segment in segments)
            if (segment.Kind == SegmentKind.User && segment.IsText && segment.Message <= input.Segment.Message)
                found = segment.Message;
        foreach (ref readonly var segment in segments)
        {
            if (segment.Message != found || segment.Kind != SegmentKind.User || !segment.IsText)
                continue;
            SegmentText.Decode(input.Draft.Body, segment, question);
            question.Append('\n');
        }
    }

    private static void Write(ReadOnlySpan<byte> text, TextChunks chunks, TextBuffer output)
    {
        var kept = 0;
        for (var line = 0; line < chunks.Lines; line++)
            kept += chunks.IsKept(line) ? 1 : 0;
        output.Append(Encodings.Excerpt);
        output.Append(kept);
        output.Append(" of "u8);
        output.Append(chunks.Lines);
        output.Append(" lines, chosen by the question]"u8);
        var gap = 0;
        for (var line = 0; line < chunks.Lines; line++)
        {
            if (!chunks.IsKept(line))
            {
                gap++;
                continue;
            }
            Gap(ref gap, output);
            output.Append('\n');
            output.Append(text[chunks.Line(line)]);
        }
        Gap(ref gap, output);
    }

    private static void Gap(ref int lines, TextBuffer output)
    {
        if (lines == 0)
            return;
        output.Append('\n');
        output.Append(Encodings.Gap);
        output.Append(lines);
        output.Append(" lines left out]"u8);
        lines = 0;
    }
}
