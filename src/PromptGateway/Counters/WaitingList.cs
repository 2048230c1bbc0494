namespace PromptGateway.Counters;

/// <summary>Requests that wait for more of one counter: woken together, since one answer of the bank is for all of them.</summary>
internal sealed class WaitingList
{
    private TaskCompletionSource<RefillOutcome>? _signal;
    private bool _askedTwice;
    private long _dryLeast;
    private long _dryUntil;

    /// <summary>How often the bank has been asked for those who wait now.</summary>
    public int Repeats { get; private set; }

    public int Count { get; private set; }

    /// <summary>What all need together.</summary>
    public long Sum { get; private set; }

    /// <summary>What the most modest needs; 0 when nobody waits.</summary>
    public long Least { get; private set; }

    /// <summary>The bank's time when the first began to wait for what others hold; 0: the bank has not been asked yet.</summary>
    public long Since { get; private set; }

    /// <summary>Whether the bank's last refusal holds for somebody who comes: who needs less was not refused.</summary>
    public bool IsDry(long cost, long now) => now < _dryUntil && cost >= _dryLeast;

    /// <summary>There may be more again.</summary>
    public void ForgetRefusal() => _dryUntil = 0;

    public Task<RefillOutcome> Join(long cost)
    {
        Least = Count == 0 ? cost : Math.Min(Least, cost);
        Count++;
        Sum += cost;
        _signal ??= new TaskCompletionSource<RefillOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _signal.Task;
    }

    public void Leave(Task<RefillOutcome> signal, long cost)
    {
        if (_signal?.Task != signal)
            return;
        Count--;
        Sum -= cost;
        if (Count == 0)
            Reset(RefillOutcome.Refused);
    }

    /// <param name="free">What there is now.</param>
    /// <param name="refused">The bank has no more that so much or anything above could be taken from; null: it may have.</param>
    /// <param name="othersMayGive">Somebody who holds something has not been heard yet.</param>
    /// <param name="mayCountTwice">Something may be counted both as held here and as booked.</param>
    /// <param name="now">The bank's time.</param>
    /// <param name="dryUntil">How long a refusal is remembered.</param>
    public LeaseStep Answered(long free, long? refused, bool othersMayGive, bool mayCountTwice, long now, long dryUntil)
    {
        if (Count == 0 || free >= Least)
        {
            Reset(RefillOutcome.Refilled);
            return LeaseStep.Done;
        }
        // Some may have come since the question was made up, or others were quicker to take what was granted.
        var unasked = refused is not { } refusal || refusal > Least;
        if (othersMayGive || unasked || (mayCountTwice && !_askedTwice))
        {
            Since = Since == 0 ? now : Since;
            Repeats++;
            _askedTwice = !othersMayGive && !unasked;
            return LeaseStep.AskAgain;
        }
        (_dryUntil, _dryLeast) = (dryUntil, Least);
        Reset(RefillOutcome.Refused);
        return LeaseStep.Done;
    }

    /// <summary>Wakes everybody.</summary>
    public void Reset(RefillOutcome outcome)
    {
        var signal = _signal;
        (_signal, Count, Sum, Least, Since) = (null, 0, 0, 0, 0);
        (_askedTwice, Repeats) = (false, 0);
        signal?.TrySetResult(outcome);
    }
}
