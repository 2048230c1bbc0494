using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Prompts.Policies;

/// <summary>
/// Decides when old tool results are masked. It goes through the requests that led to this one (one before each step of the model) and keeps
/// the account of what the policy has saved so far at the prices of the target's prompt cache, in bytes: masking makes the provider read
/// again what stands behind the first masked result, at the full price. It happens only when the account covers that with a margin, and when
/// a quarter as many further requests as there were so far would earn it back. So a conversation never costs more than without, wherever it ends, and
/// all that is decided for a request is decided the same way in every later one.
/// </summary>
internal sealed class MaskLedger(PromptDraft draft, MaskOldToolOutputTransform mask, ShownResults shown)
{
    /// <summary>Bytes are not tokens: the account must cover this much more than the loss.</summary>
    private const double Margin = 1.25;

    /// <summary>A conversation is expected to go on for so much of the requests that it had so far.</summary>
    private const double Outlook = 0.25;

    /// <summary>About the bytes of a mask.</summary>
    private const int MaskLength = 120;

    private readonly double _cached = draft.Target.CachedPrice;
    private readonly double _fresh = draft.Target.NewPrice;
    private readonly List<int> _candidates = [];
    private double _balance;
    private long _sentBefore;
    private long _sentAfter;
    private long _saved;
    private int _seen;
    private int _request;
    private int _message;
    private int _boundary;

    /// <summary>Settles the requests that were sent before a step of the model; all parts before it are known.</summary>
    public void Advance(List<TextOutcome> outcomes, int step)
    {
        for (; _request < step; _request++)
            Settle(outcomes, _request + 1);
    }

    private void Settle(List<TextOutcome> outcomes, int request)
    {
        var end = EndOf(request);
        if (end == 0)
            return;
        for (; _seen < outcomes.Count && outcomes[_seen].Segment.End <= end; _seen++)
            _saved += outcomes[_seen].Segment.Length - outcomes[_seen].Length;
        var before = (long)end;
        var after = end - _saved;
        var cost = (_cached * _sentBefore) + (_fresh * (before - _sentBefore));
        var plain = (_cached * _sentAfter) + (_fresh * (after - _sentAfter));
        _balance += cost - plain;
        if (TryMask(outcomes, request, ref after, plain, out var loss))
            _balance -= loss;
        (_sentBefore, _sentAfter) = (before, after);
    }

    private bool TryMask(List<TextOutcome> outcomes, int request, ref long after, double plain, out double loss)
    {
        loss = 0;
        var boundary = request - 1 - mask.KeptSteps;
        if (boundary - _boundary < mask.Stride)
            return false;
        var gain = Candidates(outcomes, boundary, out var unchanged);
        if (gain <= 0)
            return false;
        loss = (_cached * unchanged) + (_fresh * (after - gain - unchanged)) - plain;
        if (loss > 0 && (_balance < loss * Margin || gain * _cached * request * Outlook < loss))
            return false;
        foreach (var index in _candidates)
        {
            var outcome = outcomes[index];
            outcome.IsMasked = true;
            outcomes[index] = outcome;
            if (outcome.Result > 0)
                shown.Forget(outcome.Result);
        }
        _boundary = boundary;
        _saved += gain;
        after -= gain;
        return true;
    }

    /// <summary>Finds what can be masked: the bytes that it saves, and how many bytes before it stay as they were.</summary>
    private long Candidates(List<TextOutcome> outcomes, int boundary, out long unchanged)
    {
        _candidates.Clear();
        long gain = 0,
            saved = 0;
        unchanged = 0;
        for (var index = 0; index < _seen; index++)
        {
            var outcome = outcomes[index];
            if (outcome.Segment.Step > boundary)
                break;
            if (CanMask(outcome, boundary, outcomes))
            {
                if (_candidates.Count == 0)
                    unchanged = outcome.Segment.Start - saved;
                _candidates.Add(index);
                gain += outcome.Length - MaskLength;
            }
            saved += outcome.Segment.Length - (outcome.IsMasked ? MaskLength : outcome.Length);
        }
        return gain;
    }

    /// <summary>What a later result that stays refers to must stay too.</summary>
    private bool CanMask(in TextOutcome outcome, int boundary, List<TextOutcome> outcomes)
    {
        if (outcome.IsMasked || outcome.Segment.Kind != SegmentKind.ToolResult || outcome.TextLength < MaskOldToolOutputTransform.Shortest)
            return false;
        foreach (var (citing, cited) in shown.Citations)
            if (cited == outcome.Result && !IsGone(citing, boundary, outcomes))
                return false;
        return true;
    }

    private static bool IsGone(int result, int boundary, List<TextOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
            if (outcome.Result == result)
                return outcome.IsMasked;
        return false;
    }

    /// <summary>Where the messages end that were there before a step of the model.</summary>
    private int EndOf(int step)
    {
        var messages = draft.Map.Messages;
        while (_message < messages.Length && !(messages[_message].OpensStep && messages[_message].Step >= step))
            _message++;
        return _message == 0 ? 0 : messages[_message - 1].End;
    }
}
