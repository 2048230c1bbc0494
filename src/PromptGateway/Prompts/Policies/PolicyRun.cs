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
    private readonly bool _refers;

    public PolicyRun(PromptDraft draft, OptimizationPolicy policy, TimeProvider time)
    {
        _draft = draft;
        _policy = policy;
        _time = time;
        _tallies = new TransformTally[policy.Transforms.Count];
        _optimizer = new TextOptimizer(draft, policy, _tallies, _earlier, time);
        _refers = policy.Transforms.Any(transform => transform is RepeatReferenceTransform);
        var mask = policy.Transforms.OfType<MaskOldToolOutputTransform>().FirstOrDefault();
        _masks = mask is null ? null : new MaskLedger(draft, mask, _earlier);
    }

    public OptimizedPrompt Execute(ReadOnlyMemory<byte> body)
    {
        var started = _time.GetTimestamp();
        EditWhole(first: true);
        var outOfTime = !OptimizeTexts(started);
        _masks?.Advance(_outcomes, _draft.Map.Steps + 1);
        foreach (var outcome in _outcomes)
            Apply(outcome);
        EditWhole(first: false);
        var result = new OptimizedPrompt(body, Reports(outOfTime), _draft.Texts) { RanOutOfTime = outOfTime };
        _draft.ApplyTo(result.Body);
        return result;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _earlier.Dispose();
    }

    /// <summary>False when the time was over before the last part.</summary>
    private bool OptimizeTexts(long started)
    {
        foreach (ref readonly var segment in _draft.Map.Segments)
        {
            if (!segment.IsEditable || _draft.IsRemoved(segment.Message))
                continue;
            if (_time.GetElapsedTime(started) > _policy.TimeBudget)
                return false;
            _masks?.Advance(_outcomes, segment.Step);
            _outcomes.Add(Optimize(segment));
        }
        return true;
    }

    private TextOutcome Optimize(in PromptSegment segment)
    {
        var outcome = new TextOutcome { Segment = segment, TextStart = _draft.Texts.Length };
        var isResult = segment.Kind == SegmentKind.ToolResult;
        if (isResult)
            outcome.Result = _earlier.Count + 1;
        var text = _optimizer.Optimize(segment);
        outcome.TextEnd = _draft.Texts.Length;
        outcome.TextLength = text.Length;
        if (isResult && _refers)
        {
            RepeatReference.Cite(text, _earlier);
            _earlier.Add(text, index: true);
        }
        return outcome;
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

    private TransformReport[] Reports(bool outOfTime)
    {
        var reports = new TransformReport[_tallies.Length];
        for (var index = 0; index < reports.Length; index++)
        {
            var tally = _tallies[index];
            var transform = _policy.Transforms[index];
            var applied = tally.Applied || tally.Saved > 0;
            var skipped =
                applied ? null
                : outOfTime ? SkipReason.TimeBudget
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
