namespace PromptGateway.RateLimits;

/// <summary>
/// What one request holds: a slot of each concurrency limit, and reserved tokens. Disposing gives the slots back and settles the
/// tokens with <see cref="UsedTokens"/>, exactly once.
/// </summary>
internal sealed class RateLimitLease(RateLimitCharge[] charges, long reserved, LimitReadings readings, TimeProvider time) : IDisposable
{
    private int _over;

    public LimitReadings Readings => readings;

    public long ReservedTokens => reserved;

    /// <summary>What the request has really used; nothing until somebody says so.</summary>
    public long UsedTokens { get; set; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _over, 1) != 0)
            return;
        var now = time.GetUtcNow().UtcTicks;
        foreach (var (bucket, window) in charges)
            if (bucket.Limit.Kind != LimitKind.Requests)
                lock (bucket.Gate)
                    bucket.Settle(window, reserved, UsedTokens, now);
    }
}
