using System.Diagnostics.CodeAnalysis;
using PromptGateway.Counters;

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
        lease = TryCharge(groups, request, [], out var charges, out var readings, out refusal)
            ? new RateLimitLease(charges, request.Tokens, readings, time)
            : null;
        return lease is not null;
    }

    /// <summary>
    /// Makes a lease one for another request (another upstream, or the body is known now): what it holds already is not charged again,
    /// what does not concern the new request comes back. All or nothing.
    /// </summary>
    /// <param name="lease">Not over.</param>
    /// <param name="groups">As for <see cref="TryAcquire"/>.</param>
    /// <param name="request">With the tokens that the lease has reserved, if it has reserved any.</param>
    /// <param name="refusal">Otherwise; the lease is as it was.</param>
    public static bool TryMove(
        RateLimitLease lease,
        ReadOnlySpan<RateLimitGroup> groups,
        in LimitedRequest request,
        [NotNullWhen(false)] out RateLimitRefusal? refusal
    )
    {
        if (!TryCharge(groups, request, lease.Charges, out var charges, out var readings, out refusal))
            return false;
        lease.MoveTo(charges, request.Tokens, readings, request.Now);
        return true;
    }

    /// <summary>What a refused request is short of, of counters that replicas share.</summary>
    public static List<Shortage> Shortages(RateLimitGroup[] groups, in LimitedRequest request, RateLimitLease? held)
    {
        var shortages = new List<Shortage>();
        foreach (var group in groups)
            lock (group.Gate)
                foreach (var bucket in group.Buckets)
                    if (bucket.AppliesTo(request) && (held is null || Find(held.Charges, bucket) < 0) && !bucket.Fits(request))
                        shortages.Add(bucket.Shortage(request.Tokens));
        return shortages;
    }

    private static bool TryCharge(
        ReadOnlySpan<RateLimitGroup> groups,
        in LimitedRequest request,
        ReadOnlySpan<RateLimitCharge> held,
        out RateLimitCharge[] charges,
        out LimitReadings readings,
        [NotNullWhen(false)] out RateLimitRefusal? refusal
    )
    {
        (charges, readings) = ([], default);
        var locked = 0;
        try
        {
            for (; locked < groups.Length; locked++)
                groups[locked].Gate.Enter();
            refusal = Check(groups, request, held, out var matching);
            if (refusal is null)
                charges = Charge(groups, request, held, matching, out readings);
            return refusal is null;
        }
        finally
        {
            while (locked > 0)
                groups[--locked].Gate.Exit();
        }
    }

    private static RateLimitRefusal? Check(
        ReadOnlySpan<RateLimitGroup> groups,
        in LimitedRequest request,
        ReadOnlySpan<RateLimitCharge> held,
        out int matching
    )
    {
        matching = 0;
        RateLimitBucket? worst = null;
        foreach (var group in groups)
        foreach (var bucket in group.Buckets)
        {
            if (!bucket.AppliesTo(request))
                continue;
            matching++;
            if (Find(held, bucket) >= 0)
                continue;
            bucket.Roll(request.Now);
            // Whoever has waited in one line passes the others: two that wait for each other's line would wait in vain.
            var hasRoom = bucket.Fits(request) && (!bucket.HasLine || request.ItsTurnIn is not null);
            if (!hasRoom && (worst is null || bucket.TicksToReset(request.Now) > worst.TicksToReset(request.Now)))
                worst = bucket;
        }
        return worst is null ? null : Refusal(groups, request, worst);
    }

    private static RateLimitCharge[] Charge(
        ReadOnlySpan<RateLimitGroup> groups,
        in LimitedRequest request,
        ReadOnlySpan<RateLimitCharge> held,
        int matching,
        out LimitReadings readings
    )
    {
        var charges = matching == 0 ? [] : new RateLimitCharge[matching];
        readings = default;
        var next = 0;
        foreach (var group in groups)
        foreach (var bucket in group.Buckets)
        {
            if (!bucket.AppliesTo(request))
                continue;
            if (Find(held, bucket) is >= 0 and var index)
                charges[next++] = held[index];
            else
            {
                bucket.Charge(request.Tokens);
                charges[next++] = new RateLimitCharge(bucket, bucket.Window);
            }
            readings = readings.With(bucket, request.Now);
        }
        return charges;
    }

    private static int Find(ReadOnlySpan<RateLimitCharge> held, RateLimitBucket bucket)
    {
        for (var i = 0; i < held.Length; i++)
            if (ReferenceEquals(held[i].Bucket, bucket))
                return i;
        return -1;
    }

    private static RateLimitRefusal Refusal(ReadOnlySpan<RateLimitGroup> groups, in LimitedRequest request, RateLimitBucket worst)
    {
        var readings = default(LimitReadings);
        foreach (var group in groups)
        foreach (var bucket in group.Buckets)
            if (bucket.AppliesTo(request))
                readings = readings.With(bucket, request.Now);
        return new RateLimitRefusal(
            worst,
            worst.Limit,
            worst.Remaining,
            TimeSpan.FromTicks(worst.TicksToReset(request.Now)),
            worst.Limit.Kind == LimitKind.Tokens && request.Tokens > worst.Limit.Amount,
            readings
        );
    }
}
