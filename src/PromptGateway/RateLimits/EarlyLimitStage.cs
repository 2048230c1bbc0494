using PromptGateway.Endpoints;
using PromptGateway.Keys;
using PromptGateway.Metrics;

namespace PromptGateway.RateLimits;

/// <summary>
/// Before the body is read: takes a place in the request and concurrency limits of the key, so that a flood of large bodies is refused
/// for the price of its headers. <see cref="RateLimitStage"/> takes the rest later; a request that does not get so far counts nowhere.
/// </summary>
internal sealed class EarlyLimitStage(RequestDelegate next, LimitedSubjects subjects, GatewayMetrics metrics, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        var group = subjects.OfKey(context.Noun<Caller>());
        if (group is null || !HasPlaces(group))
            return next(context);
        var request = new LimitedRequest(null, null, 0, time.GetUtcNow().UtcTicks) { BodyUnread = true };
        if (!RateLimiter.TryAcquire(group.Alone, request, time, out var lease, out var refusal))
            return RefuseAsync(context, refusal);
        lease.IsAdmitted = false;
        return RunAsync(context, lease);
    }

    private static bool HasPlaces(RateLimitGroup group)
    {
        foreach (var bucket in group.Buckets)
            if (bucket.NeedsNoBody)
                return true;
        return false;
    }

    private async Task RunAsync(HttpContext context, RateLimitLease lease)
    {
        context.SetNoun(lease);
        using (lease)
            await next(context);
    }

    private Task RefuseAsync(HttpContext context, RateLimitRefusal refusal)
    {
        metrics.Limits.Refused(refusal.Limit.Scope.Name(), refusal.Limit.Kind.Name());
        RateLimitHeaders.Write(context.Response.Headers, refusal.Readings);
        return context.RejectAsync(RateLimitRejection.For(refusal, tokens: 0));
    }
}
