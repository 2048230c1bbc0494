using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// <c>repeat-reference</c>: a stretch of lines that an earlier tool result shows word for word (a file read twice, a command run again) is
/// replaced with one line that says where it stands. What it refers to stays in the prompt; tool results count from 1.
/// </summary>
internal sealed class RepeatReferenceTransform : IPromptTransform
{
    public string Name => "repeat-reference";

    public TransformClass Class => TransformClass.Lossless;

    /// <summary>The words that it refers to stay in the prompt.</summary>
    public bool TouchesFiles => true;

    public string? Propose(in TransformInput input, TextBuffer output)
    {
        var text = input.Text;
        var earlier = input.Earlier;
        if (text.Length < ShownResults.ShortestStretch)
            return SkipReason.TooShort;
        if (earlier.IsEmpty)
            return SkipReason.NothingToDo;
        earlier.HashLines(text);
        var found = false;
        int line = 0,
            skip = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            if (skip > 0)
                skip--;
            else
            {
                if (line > 0)
                    output.Append('\n');
                var start = range.Start.Value;
                if (
                    earlier.TryFind(text.Length - start, line, out var place) && Measure(text[start..], earlier, place) is > 0 and var lines
                )
                {
                    RepeatReference.Write(earlier, place.Result, place.Line, lines, output);
                    (skip, found) = (lines - 1, true);
                }
                else
                    output.Append(text[range]);
            }
            line++;
        }
        if (!found)
            return SkipReason.NothingToDo;
        return output.Length < text.Length ? null : SkipReason.NotSmaller;
    }

    public bool Keeps(in TransformInput before, ReadOnlySpan<byte> after, TextBuffer scratch, TextBuffer other) =>
        RepeatReference.TryDecode(after, before.Earlier, scratch) && scratch.Text.SequenceEqual(before.Text);

    /// <summary>How many lines are the same from here on; 0 when they are too few.</summary>
    private static int Measure(ReadOnlySpan<byte> text, ShownResults earlier, (int Result, int Line) place)
    {
        int lines = 0,
            bytes = 0;
        var most = earlier.Lines(place.Result) - place.Line + 1;
        foreach (var range in text.Split((byte)'\n'))
        {
            if (lines == most || !text[range].SequenceEqual(earlier.Line(place.Result, place.Line + lines)))
                break;
            lines++;
            bytes += range.End.Value - range.Start.Value + 1;
        }
        return bytes < ShownResults.ShortestStretch ? 0 : lines;
    }
}
