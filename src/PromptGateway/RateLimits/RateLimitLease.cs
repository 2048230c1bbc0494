namespace PromptGateway.RateLimits;

/// <summary>
/// What one request holds: a slot of each concurrency limit, and reserved tokens. Disposing gives the slots back and settles the
/// tokens with <see cref="UsedTokens"/>, exactly once.
/// </summary>
internal sealed class RateLimitLease(RateLimitCharge[] charges, long reserved, LimitReadings readings, TimeProvider time) : IDisposable
{
    private int _over;

    public ReadOnlySpan<RateLimitCharge> Charges => charges;
    public LimitReadings Readings => readings;

    /// <summary>What disposes it when the request is over; null: somebody else.</summary>
    public LimitEnd? End { get; set; }

    public long ReservedTokens => reserved;

    /// <summary>What the request has really used; nothing until somebody says so.</summary>
    public long UsedTokens { get; set; }

    /// <summary>
    /// From here on the request counts, however it ends. Before, it only holds its place while its body is read: if it is refused for
    /// another reason, everything comes back.
    /// </summary>
    public bool IsAdmitted { get; set; } = true;

    /// <summary>For <see cref="RateLimiter.TryMove"/>: takes over what was charged, gives back what is not in it.</summary>
    public void MoveTo(RateLimitCharge[] moved, long tokens, in LimitReadings now, long ticks)
    {
        foreach (var (bucket, window) in charges)
            if (!Holds(moved, bucket))
                lock (bucket.Gate)
                    bucket.GiveBack(window, reserved, ticks);
        (charges, reserved, readings) = (moved, tokens, now);
    }

    private static bool Holds(RateLimitCharge[] charges, RateLimitBucket bucket)
    {
        foreach (var charge in charges)
            if (ReferenceEquals(charge.Bucket, bucket))
                return true;
        return false;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _over, 1) != 0)
            return;
        Release();
        // After all locks are free: whoever waits takes locks of its own.
        foreach (var (bucket, _) in charges)
            if (bucket.HasLine)
                bucket.Queue!.Admit();
    }

    /// <summary>Charges of one group stand together, and so are settled under one entry of its lock.</summary>
    private void Release()
    {
        var now = 0L;
        Lock? held = null;
        try
        {
            foreach (var (bucket, window) in charges)
            {
                // A request that was admitted keeps its place in the windows of requests.
                if (IsAdmitted && bucket.Limit.Kind == LimitKind.Requests)
                    continue;
                if (held != bucket.Gate)
                {
                    held?.Exit();
                    held = null;
                    now = now == 0 ? time.GetUtcNow().UtcTicks : now;
                    bucket.Gate.Enter();
                    held = bucket.Gate;
                }
                if (IsAdmitted)
                    bucket.Settle(window, reserved, UsedTokens, now);
                else
                    bucket.GiveBack(window, reserved, now);
            }
        }
        finally
        {
            held?.Exit();
        }
    }
}
