using PromptGateway.Endpoints;
using PromptGateway.Endpoints.Inner;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.Usage;

namespace PromptGateway.RateLimits;

/// <summary>
/// Before the body is read: takes a place in the request and concurrency limits of the key, so that a flood of large bodies is refused
/// for the price of its headers. <see cref="RateLimitStage"/> takes the rest later; a request that does not get so far counts nowhere.
/// </summary>
internal sealed class EarlyLimitStage(RequestDelegate next, LimitedSubjects subjects, GatewayMetrics metrics)
{
    public Task InvokeAsync(HttpContext context)
    {
        var group = subjects.OfKey(context.Noun<Caller>());
        // What optimizers ask comes last: looking for what is not there costs every request something.
        if (group is null || !HasPlaces(group) || context.FindNoun<InnerRequest>() is { IsOptimizers: true })
            return next(context);
        var request = new LimitedRequest(null, null, 0, 0) { BodyUnread = true };
        var asked = subjects.AcquireAsync(group.Alone, request, held: null, context.RequestAborted);
        return asked.IsCompletedSuccessfully ? GoOnAsync(context, asked.Result) : AwaitAsync(context, asked);
    }

    private async Task AwaitAsync(HttpContext context, ValueTask<AcquireResult> asked) => await GoOnAsync(context, await asked);

    private Task GoOnAsync(HttpContext context, AcquireResult result)
    {
        if (result.Lease is not { } lease)
            return RefuseAsync(context, result.Refusal!);
        lease.IsAdmitted = false;
        context.SetNoun(lease);
        var tally = context.Noun<UsageTally>();
        lease.End = new LimitEnd(lease, context, tally);
        tally.Hold(lease.End);
        return next(context);
    }

    private static bool HasPlaces(RateLimitGroup group)
    {
        foreach (var bucket in group.Buckets)
            if (bucket.NeedsNoBody)
                return true;
        return false;
    }

    private Task RefuseAsync(HttpContext context, RateLimitRefusal refusal)
    {
        metrics.Limits.Refused(refusal.Limit.Scope.Name(), refusal.Limit.Kind.Name());
        RateLimitHeaders.Write(context.Response.Headers, refusal.Readings);
        return context.RejectAsync(RateLimitRejection.For(refusal, tokens: 0));
    }
}
