using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Policies;

/// <summary>One run of a policy over one body: the edits that come first, the texts one by one, the edits that come last.</summary>
internal sealed class PolicyRun : IDisposable
{
    private readonly PromptDraft _draft;
    private readonly OptimizationPolicy _policy;
    private readonly TimeProvider _time;
    private readonly TransformTally[] _tallies;
    private readonly List<TextOutcome> _outcomes = [];
    private readonly ShownResults _earlier = new();
    private readonly TextOptimizer _optimizer;
    private readonly MaskLedger? _masks;
    private readonly SegmentMemory? _memory;
    private readonly bool _refers;
    private readonly long _started;
    private CacheFloor _floor;
    private bool _outOfTime;

    /// <param name="draft">The prompt.</param>
    /// <param name="policy">What to run.</param>
    /// <param name="time">Measures the budget.</param>
    /// <param name="cache">What earlier turns got; null: none.</param>
    /// <param name="started">When the time of the budget began.</param>
    public PolicyRun(PromptDraft draft, OptimizationPolicy policy, TimeProvider time, SegmentCache? cache, long started)
    {
        _started = started;
        _draft = draft;
        _policy = policy;
        _time = time;
        _tallies = new TransformTally[policy.Transforms.Count];
        _floor = new CacheFloor(policy.CacheableTokens);
        _optimizer = new TextOptimizer(draft, policy, _tallies, _earlier, time);
        _refers = policy.Transforms.Any(transform => transform is RepeatReferenceTransform);
        var mask = policy.Transforms.OfType<MaskOldToolOutputTransform>().FirstOrDefault();
        _masks = mask is null ? null : new MaskLedger(draft, mask, _earlier);
        _memory = cache is null ? null : new SegmentMemory(cache, draft, policy, byPosition: mask is not null);
    }

    public OptimizedPrompt Execute(ReadOnlyMemory<byte> body)
    {
        EditWhole(first: true);
        OptimizeTexts();
        _masks?.Advance(_outcomes, _draft.Map.Steps + 1);
        foreach (var outcome in _outcomes)
            Apply(outcome);
        EditWhole(first: false);
        var result = new OptimizedPrompt(body, Reports(), _draft.Texts) { RanOutOfTime = _outOfTime };
        _draft.ApplyTo(result.Body);
        return result;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _memory?.Dispose();
        _earlier.Dispose();
    }

    private void OptimizeTexts()
    {
        PassWhatStandsFirst();
        foreach (ref readonly var segment in _draft.Map.Segments)
        {
            if (!IsOfConversation(segment) || _draft.IsRemoved(segment.Message))
                continue;
            if (!segment.IsEditable)
            {
                Pass(segment);
                continue;
            }
            _masks?.Advance(_outcomes, segment.Step);
            _outcomes.Add(Decide(segment));
        }
    }

    /// <summary>Tools and instructions stand before all messages at the provider, wherever a client writes them.</summary>
    private void PassWhatStandsFirst()
    {
        foreach (ref readonly var segment in _draft.Map.Segments)
            if (!IsOfConversation(segment))
                Pass(segment);
    }

    private static bool IsOfConversation(in PromptSegment segment) => segment.Message >= 0;

    private void Pass(in PromptSegment segment)
    {
        _memory?.Pass(segment, _floor.Counts(segment));
        _floor.Pass(_draft, segment);
    }

    /// <summary>What was decided for a part in an earlier turn is decided: also that there was no time for it.</summary>
    private TextOutcome Decide(in PromptSegment segment)
    {
        var outcome = new TextOutcome { Segment = segment, TextStart = _draft.Texts.Length };
        var isResult = segment.Kind == SegmentKind.ToolResult;
        if (isResult)
            outcome.Result = _earlier.Count + 1;
        var key = _memory?.KeyOf(segment) ?? default;
        ReadOnlySpan<byte> text;
        if (_memory?.Find(key) is { } known)
        {
            text = Recall(segment, known);
            outcome.TextLength = known.TextLength;
        }
        else if (_time.GetElapsedTime(_started) > _policy.TimeBudget)
        {
            text = default;
            _outOfTime = true;
            _floor.Pass(_draft, segment);
            _memory?.Remember(key, new SegmentResult { IsLeft = true });
        }
        else
        {
            text = Optimize(segment, key);
            outcome.TextLength = text.Length;
        }
        outcome.TextEnd = _draft.Texts.Length;
        if (isResult && _refers)
        {
            RepeatReference.Cite(text, _earlier);
            _earlier.Add(text, index: true);
        }
        return outcome;
    }

    private ReadOnlySpan<byte> Recall(scoped in PromptSegment segment, SegmentResult known)
    {
        if (known.Literal is { } literal)
            _draft.Texts.Append(literal);
        // A part that was shortened was allowed to be.
        if (known.Literal is null || !_floor.TryAdd(segment, _optimizer.Recall(segment, known.Literal)))
            _floor.Pass(_draft, segment);
        foreach (var (transform, saved) in known.Savings)
            _tallies[transform].Saved += saved;
        return !_refers || known.IsLeft ? default : _optimizer.Recall(segment, known.Literal);
    }

    private ReadOnlySpan<byte> Optimize(scoped in PromptSegment segment, UInt128 key)
    {
        Span<long> before = stackalloc long[_tallies.Length];
        for (var index = 0; index < before.Length; index++)
            before[index] = _tallies[index].Saved;
        var start = _draft.Texts.Length;
        var text = _optimizer.Optimize(segment);
        if (_draft.Texts.Length == start)
            _floor.Pass(_draft, segment);
        else if (!_floor.TryAdd(segment, text))
            text = KeepLong(segment, start, before);
        if (_memory is null)
            return text;
        var savings = new List<(int, long)>();
        for (var index = 0; index < before.Length; index++)
            if (_tallies[index].Saved - before[index] is not 0 and var saved)
                savings.Add((index, saved));
        _memory.Remember(
            key,
            new SegmentResult
            {
                Literal = _draft.Texts.Length > start ? _draft.Texts.Text[start..].ToArray() : null,
                TextLength = text.Length,
                Savings = savings,
            }
        );
        return text;
    }

    /// <summary>Takes back what was made of a part, since the prompt would not be cached any more.</summary>
    private ReadOnlySpan<byte> KeepLong(scoped in PromptSegment segment, int start, scoped ReadOnlySpan<long> before)
    {
        _draft.Texts.Truncate(start);
        for (var index = 0; index < before.Length; index++)
        {
            if (_tallies[index].Saved != before[index])
                _tallies[index].Skipped = SkipReason.KeptCacheable;
            _tallies[index].Saved = before[index];
        }
        _floor.Pass(_draft, segment);
        return _optimizer.Recall(segment, default);
    }

    private void Apply(in TextOutcome outcome)
    {
        var segment = outcome.Segment;
        if (!outcome.IsMasked)
        {
            if (outcome.IsChanged)
                _draft.Replace(segment.Start, segment.End, outcome.TextStart, outcome.TextEnd);
            return;
        }
        var start = _draft.Texts.Length;
        var saved = _optimizer.Mask(segment);
        _draft.Replace(segment.Start, segment.End, start);
        for (var index = 0; index < _tallies.Length; index++)
            if (_policy.Transforms[index] is MaskOldToolOutputTransform)
                _tallies[index].Saved += saved;
    }

    private void EditWhole(bool first)
    {
        for (var index = 0; index < _tallies.Length; index++)
        {
            if (_policy.Transforms[index] is not IPromptEdit edit || edit.BeforeTexts != first)
                continue;
            ref var tally = ref _tallies[index];
            var (edits, length) = (_draft.EditCount, _draft.Growth);
            var started = _time.GetTimestamp();
            try
            {
                tally.Skipped = edit.Edit(_draft);
            }
            // Fail open: a fault in a transform must never cost a request.
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                tally.Skipped = SkipReason.Failed;
            }
            tally.Time += _time.GetElapsedTime(started);
            if (tally.Skipped is not null)
                _draft.Undo(edits);
            tally.Applied = tally.Skipped is null;
            tally.Saved += length - _draft.Growth;
        }
    }

    private TransformReport[] Reports()
    {
        var reports = new TransformReport[_tallies.Length];
        for (var index = 0; index < reports.Length; index++)
        {
            var tally = _tallies[index];
            var transform = _policy.Transforms[index];
            var applied = tally.Applied || tally.Saved > 0;
            var skipped =
                applied ? null
                : _outOfTime ? SkipReason.TimeBudget
                : tally.Skipped;
            if (transform is MaskOldToolOutputTransform && !applied)
                skipped ??= SkipReason.NotWorthIt;
            reports[index] = new TransformReport(
                transform.Name,
                transform.Class,
                applied,
                tally.Saved,
                tally.Time.TotalMicroseconds,
                skipped
            );
        }
        return reports;
    }
}
