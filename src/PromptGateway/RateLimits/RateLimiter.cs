using System.Diagnostics.CodeAnalysis;

namespace PromptGateway.RateLimits;

/// <summary>Acquires from all limits of a request or from none: while their locks are held nobody sees a part of it.</summary>
internal static class RateLimiter
{
    /// <param name="groups">In the order of <see cref="RateLimitGroup.Order"/>, without repetition.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="time">Given to the lease, which asks it at the end.</param>
    /// <param name="lease">On success; to be disposed when the request is over.</param>
    /// <param name="refusal">Otherwise.</param>
    public static bool TryAcquire(
        ReadOnlySpan<RateLimitGroup> groups,
        in LimitedRequest request,
        TimeProvider time,
        [NotNullWhen(true)] out RateLimitLease? lease,
        [NotNullWhen(false)] out RateLimitRefusal? refusal
    )
    {
        var locked = 0;
        try
        {
            for (; locked < groups.Length; locked++)
                groups[locked].Gate.Enter();
            refusal = Check(groups, request, out var matching);
            lease = refusal is null ? Charge(groups, request, time, matching) : null;
            return refusal is null;
        }
        finally
        {
            while (locked > 0)
                groups[--locked].Gate.Exit();
        }
    }

    private static RateLimitRefusal? Check(ReadOnlySpan<RateLimitGroup> groups, in LimitedRequest request, out int matching)
    {
        matching = 0;
        RateLimitBucket? worst = null;
        foreach (var group in groups)
        foreach (var bucket in group.Buckets)
        {
            if (!bucket.AppliesTo(request.Requested, request.Upstream))
                continue;
            matching++;
            bucket.Roll(request.Now);
            if (!bucket.Fits(request.Tokens) && (worst is null || bucket.TicksToReset(request.Now) > worst.TicksToReset(request.Now)))
                worst = bucket;
        }
        return worst is null ? null : Refusal(groups, request, worst);
    }

    private static RateLimitLease Charge(ReadOnlySpan<RateLimitGroup> groups, in LimitedRequest request, TimeProvider time, int matching)
    {
        var charges = matching == 0 ? [] : new RateLimitCharge[matching];
        var readings = default(LimitReadings);
        var next = 0;
        foreach (var group in groups)
        foreach (var bucket in group.Buckets)
        {
            if (!bucket.AppliesTo(request.Requested, request.Upstream))
                continue;
            bucket.Charge(request.Tokens);
            charges[next++] = new RateLimitCharge(bucket, bucket.Window);
            readings = readings.With(bucket, request.Now);
        }
        return new RateLimitLease(charges, request.Tokens, readings, time);
    }

    private static RateLimitRefusal Refusal(ReadOnlySpan<RateLimitGroup> groups, in LimitedRequest request, RateLimitBucket worst)
    {
        var readings = default(LimitReadings);
        foreach (var group in groups)
        foreach (var bucket in group.Buckets)
            if (bucket.AppliesTo(request.Requested, request.Upstream))
                readings = readings.With(bucket, request.Now);
        return new RateLimitRefusal(
            worst.Limit,
            worst.Remaining,
            TimeSpan.FromTicks(worst.TicksToReset(request.Now)),
            worst.Limit.Kind == LimitKind.Tokens && request.Tokens > worst.Limit.Amount,
            readings
        );
    }
}
