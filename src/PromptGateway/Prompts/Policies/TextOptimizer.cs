using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Policies;

/// <summary>Runs the transforms of a policy over one text after the other. Not thread-safe.</summary>
internal sealed class TextOptimizer(
    PromptDraft draft,
    OptimizationPolicy policy,
    TransformTally[] tallies,
    ShownResults earlier,
    TimeProvider time
) : IDisposable
{
    private const int MostRounds = 4;
    private readonly SurvivorCheck _survivors = new();
    private TextBuffer _current = new();
    private TextBuffer _next = new();

    /// <summary>Counts the texts that transforms have looked at, so that none looks at the same one twice.</summary>
    private int _version;

    /// <summary>
    /// Appends the new literal of a part to the texts of the draft if it is shorter, else nothing. Gives the text that goes upstream; it is
    /// valid until the next call.
    /// </summary>
    public ReadOnlySpan<byte> Optimize(scoped in PromptSegment segment)
    {
        Read(segment);
        var changed = false;
        if (_current.Length < policy.SmallestText)
            Skip(SkipReason.TooShort);
        else if (segment.Length > policy.LargestText)
            Skip(SkipReason.TooLong);
        else if (Encodings.IsEncoded(_current.Text))
            Skip(SkipReason.NothingToDo);
        else
            changed = ApplyAll(segment);
        if (changed && !TryWrite(segment))
            Read(segment);
        return _current.Text;
    }

    /// <summary>The text of a part that an earlier turn optimized.</summary>
    /// <param name="literal">Null: it stays as it is.</param>
    public ReadOnlySpan<byte> Recall(scoped in PromptSegment segment, ReadOnlySpan<byte> literal)
    {
        if (literal.IsEmpty)
        {
            Read(segment);
            return _current.Text;
        }
        _current.Clear();
        SegmentText.Decode(literal, new PromptSegment { End = literal.Length, HasEscapes = true }, _current);
        return _current.Text;
    }

    /// <summary>Appends the literal of a mask for a part; gives the bytes of text that this saves over what the other transforms left.</summary>
    public int Mask(in PromptSegment segment)
    {
        Read(segment);
        var before = _current.Length;
        _next.Clear();
        MaskOldToolOutputTransform.Write(_current.Text, _next);
        SegmentText.Encode(_next.Text, draft.Texts);
        return before - _next.Length;
    }

    public void Dispose()
    {
        _current.Dispose();
        _next.Dispose();
        _survivors.Dispose();
    }

    private void Read(in PromptSegment segment)
    {
        _current.Clear();
        SegmentText.Decode(draft.Body, segment, _current);
    }

    private void Skip(string reason)
    {
        for (var index = 0; index < tallies.Length; index++)
            tallies[index].Skipped ??= reason;
    }

    /// <summary>Applies the transforms until none finds anything more, so that a second run over the result changes nothing.</summary>
    private bool ApplyAll(in PromptSegment segment)
    {
        var isFile = segment.Kind == SegmentKind.ToolResult && policy.Files.Covers(draft, segment);
        var changed = false;
        _version++;
        for (var round = 0; round < MostRounds; round++)
        {
            var applied = 0;
            for (var index = 0; index < tallies.Length; index++)
            {
                ref var tally = ref tallies[index];
                if (
                    policy.Transforms[index] is not IPromptTransform transform
                    || tally.LastLooked == _version
                    || !transform.Takes(segment.Kind)
                )
                    continue;
                tally.LastLooked = _version;
                if (isFile && !transform.TouchesFiles)
                    tally.Skipped = SkipReason.FileToEdit;
                else
                    applied += TryApply(transform, ref tally, segment) ? 1 : 0;
            }
            changed |= applied > 0;
            if (applied == 0 || Encodings.IsEncoded(_current.Text))
                break;
        }
        return changed;
    }

    private bool TryApply(IPromptTransform transform, ref TransformTally tally, in PromptSegment segment)
    {
        // A text that one transform encoded means something else to the next; only references may be put into it.
        if (transform is not RepeatReferenceTransform && Encodings.IsEncoded(_current.Text))
            return false;
        var started = time.GetTimestamp();
        var reason = Try(transform, segment);
        tally.Time += time.GetElapsedTime(started);
        if (reason is not null)
        {
            tally.Skipped = reason;
            return false;
        }
        tally.Saved += _current.Length - _next.Length;
        (_current, _next) = (_next, _current);
        _version++;
        return true;
    }

    private string? Try(IPromptTransform transform, in PromptSegment segment)
    {
        _next.Clear();
        var input = new TransformInput
        {
            Text = _current.Text,
            Segment = segment,
            Draft = draft,
            Earlier = earlier,
        };
        try
        {
            var reason = transform.Propose(input, _next);
            if (reason is not null)
                return reason;
            return _survivors.Holds(transform, input, _next.Text) ? null : SkipReason.SurvivorCheck;
        }
        // Fail open: a fault in a transform must never cost a request.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return SkipReason.Failed;
        }
    }

    private bool TryWrite(in PromptSegment segment)
    {
        var start = draft.Texts.Length;
        SegmentText.Encode(_current.Text, draft.Texts);
        if (draft.Texts.Length - start < segment.Length)
            return true;
        draft.Texts.Truncate(start);
        return false;
    }
}
