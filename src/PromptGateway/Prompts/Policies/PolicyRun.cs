using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Policies;

/// <summary>One run of a policy over one body.</summary>
internal sealed class PolicyRun(ReadOnlyMemory<byte> body, PromptMap map, OptimizationPolicy policy, TimeProvider time) : IDisposable
{
    private const int MostRounds = 4;
    private readonly TransformTally[] _tallies = new TransformTally[policy.Transforms.Count];
    private readonly List<(PromptSegment Segment, int Start, int End)> _edits = [];
    private readonly ShownResults _earlier = new();
    private readonly SurvivorCheck _survivors = new();
    private readonly bool _refers = policy.Transforms.Any(transform => transform is RepeatReferenceTransform);
    private TextBuffer _current = new();
    private TextBuffer _next = new();

    /// <summary>Counts the texts that transforms have looked at, so that none looks at the same one twice.</summary>
    private int _version;

    public OptimizedPrompt Execute()
    {
        var texts = new TextBuffer();
        var started = time.GetTimestamp();
        var outOfTime = false;
        foreach (ref readonly var segment in map.Segments)
        {
            if (segment.IsProtected)
                continue;
            outOfTime = time.GetElapsedTime(started) > policy.TimeBudget;
            if (outOfTime)
                break;
            Optimize(segment, texts);
        }
        var result = new OptimizedPrompt(body, Reports(outOfTime), texts) { RanOutOfTime = outOfTime };
        foreach (var (segment, start, end) in _edits)
            result.Body.Replace(segment.Start, segment.Length, texts.Memory[start..end]);
        return result;
    }

    public void Dispose()
    {
        _current.Dispose();
        _next.Dispose();
        _earlier.Dispose();
        _survivors.Dispose();
    }

    private void Optimize(in PromptSegment segment, TextBuffer texts)
    {
        _current.Clear();
        SegmentText.Decode(body.Span, segment, _current);
        var changed = false;
        if (_current.Length >= policy.SmallestText && !Encodings.IsEncoded(_current.Text))
            changed = ApplyAll(segment);
        else
            for (var index = 0; index < _tallies.Length; index++)
                _tallies[index].Skipped ??= _current.Length < policy.SmallestText ? SkipReason.TooShort : SkipReason.NothingToDo;
        if (changed)
            changed = TryEdit(segment, texts);
        if (!_refers)
            return;
        if (!changed)
        {
            _current.Clear();
            SegmentText.Decode(body.Span, segment, _current);
        }
        _earlier.Add(_current.Text, index: true);
    }

    /// <summary>Applies the transforms until none finds anything more, so that a second run over the result changes nothing.</summary>
    private bool ApplyAll(in PromptSegment segment)
    {
        var changed = false;
        _version++;
        for (var round = 0; round < MostRounds; round++)
        {
            var applied = 0;
            for (var index = 0; index < _tallies.Length; index++)
            {
                ref var tally = ref _tallies[index];
                if (tally.LastLooked == _version)
                    continue;
                tally.LastLooked = _version;
                applied += TryApply(index, segment) ? 1 : 0;
            }
            changed |= applied > 0;
            if (applied == 0 || Encodings.IsEncoded(_current.Text))
                break;
        }
        return changed;
    }

    private bool TryEdit(in PromptSegment segment, TextBuffer texts)
    {
        var start = texts.Length;
        SegmentText.Encode(_current.Text, texts);
        if (texts.Length - start < segment.Length)
        {
            _edits.Add((segment, start, texts.Length));
            return true;
        }
        texts.Truncate(start);
        return false;
    }

    private bool TryApply(int index, in PromptSegment segment)
    {
        ref var tally = ref _tallies[index];
        // A text that one transform encoded means something else to the next; only references may be put into it.
        var transform = policy.Transforms[index];
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
            Steps = map.Steps,
            Earlier = _earlier,
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

    private TransformReport[] Reports(bool outOfTime)
    {
        var reports = new TransformReport[_tallies.Length];
        for (var index = 0; index < reports.Length; index++)
        {
            var tally = _tallies[index];
            var transform = policy.Transforms[index];
            var skipped = outOfTime ? SkipReason.TimeBudget : tally.Skipped;
            reports[index] = new TransformReport(
                transform.Name,
                transform.Class,
                tally.Saved > 0,
                tally.Saved,
                tally.Time.TotalMicroseconds,
                tally.Saved > 0 ? null : skipped
            );
        }
        return reports;
    }
}
