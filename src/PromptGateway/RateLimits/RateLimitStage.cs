using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Endpoints.Inner;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.Prompts;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.RateLimits;

/// <summary>
/// Charges the request to all limits that apply, or refuses with 429. Leaves a <see cref="RateLimitLease"/> behind, which is settled
/// with what the request has really used, however it ended.
/// </summary>
internal sealed class RateLimitStage(
    RequestDelegate next,
    LimitedSubjects subjects,
    TokenForecast forecast,
    LimitQueues queues,
    GatewayMetrics metrics,
    TimeProvider time
)
{
    public Task InvokeAsync(HttpContext context)
    {
        var caller = context.Noun<Caller>();
        var target = context.Noun<TargetList>()[0];
        var groups = subjects.For(caller, target);
        return (groups.Length == 0 && !MayMove(context)) || context.FindNoun<InnerRequest>() is { IsOptimizers: true }
            ? next(context)
            : LimitAsync(context, caller, target, groups);
    }

    /// <summary>Another target than the first may have limits where the first has none.</summary>
    private bool MayMove(HttpContext context) => subjects.AnyRules && context.Noun<TargetList>().Count > 1;

    private Task LimitAsync(HttpContext context, Caller caller, Target target, RateLimitGroup[] groups)
    {
        var ask = new LimitAsk(context, caller, target, groups, forecast.Of(caller.Id, target.Model));
        var tokens = Expect(context, ask.Prompt, ask.Habit);
        var asked = AcquireAsync(context, target, groups, tokens);
        if (!asked.IsCompletedSuccessfully)
            return LimitAsync(ask, tokens, asked);
        // Nearly always there is room and nobody else to ask.
        var acquired = asked.Result;
        return acquired.Lease is { } lease ? RunAsync(in ask, lease) : LimitAsync(ask, tokens, new ValueTask<AcquireResult>(acquired));
    }

    private async Task LimitAsync(LimitAsk ask, long tokens, ValueTask<AcquireResult> asked)
    {
        var (context, caller, target, groups, habit) = ask;
        var (lease, refusal) = await asked;
        if (refusal is not null && ask.Prompt is { } prompt && MayFit(refusal, target))
        {
            // Only here is the price of counting paid: the estimate says no, and it may be too high.
            var counted = prompt.CountTokens(context.Noun<GatewayEndpoint>().Operation, target.Model!);
            tokens = counted + (tokens - habit.PromptTokens(prompt.SentLength));
            (lease, refusal) = await AcquireAsync(context, target, groups, tokens);
        }
        if (lease is null && refusal!.Bucket.Limit.QueueMs > 0 && !refusal.TooLarge)
            (lease, refusal) = await WaitAsync(context, caller, target, groups, tokens, refusal);
        if (lease is null)
        {
            metrics.Limits.Refused(refusal!.Limit.Scope.Name(), refusal.Limit.Kind.Name());
            RateLimitHeaders.Write(context.Response.Headers, refusal.Readings);
            await context.RejectAsync(RateLimitRejection.For(refusal, tokens));
            return;
        }
        await RunAsync(in ask, lease);
    }

    private Task RunAsync(in LimitAsk ask, RateLimitLease lease)
    {
        var context = ask.Context;
        lease.IsAdmitted = true;
        if (context.Noun<TargetList>().Count > 1)
            TargetHolds.Add(context, new LimitHold(subjects, lease, ask.Caller, context.FindNoun<RequestedModel>()?.Name, metrics));
        if (lease.End is null)
        {
            context.SetNoun(lease);
            var tally = context.Noun<UsageTally>();
            lease.End = new LimitEnd(lease, context, tally);
            tally.Hold(lease.End);
        }
        lease.End.Follow(ask.Habit, ask.Prompt?.SentLength ?? 0, metrics);
        // At the last moment: a failed attempt clears all headers.
        context.Response.OnStarting(WriteHeaders, context);
        return next(context);
    }

    /// <summary>In the line of the limit that has no room. Afterwards the limits are asked once more, for what they say now.</summary>
    private async Task<(RateLimitLease? Lease, RateLimitRefusal? Refusal)> WaitAsync(
        HttpContext context,
        Caller caller,
        Target target,
        RateLimitGroup[] groups,
        long tokens,
        RateLimitRefusal first
    )
    {
        var (lease, refusal, line) = ((RateLimitLease?)null, (RateLimitRefusal?)first, first.Bucket.OpenQueue(time));
        if (await queues.WaitAsync(first.Bucket, caller.Key, caller.Id, TryInTurn, context.RequestAborted))
            return (lease, null);
        (lease, refusal) = await AcquireAsync(context, target, groups, tokens);
        return (lease, refusal);

        RateLimitBucket? TryInTurn()
        {
            (lease, refusal) = subjects.AcquireInLine(groups, Request(context, target, tokens, line), context.FindNoun<RateLimitLease>());
            return refusal?.Bucket;
        }
    }

    private static Task WriteHeaders(object state)
    {
        var context = (HttpContext)state;
        RateLimitHeaders.Write(context.Response.Headers, context.Noun<RateLimitLease>().Readings);
        return Task.CompletedTask;
    }

    private static long Expect(HttpContext context, Prompt? prompt, TokenHabit habit)
    {
        var endpoint = context.Noun<GatewayEndpoint>();
        return prompt is null || endpoint.OnlyStores ? 0
            : endpoint.Operation is Operation.Chat or Operation.Completion or Operation.Responses or Operation.Messages
                ? habit.PromptTokens(prompt.SentLength) + habit.OutputTokens(prompt.MaxOutputTokens)
            : endpoint.Operation == Operation.Embeddings ? habit.PromptTokens(prompt.SentLength)
            : 0;
    }

    private static bool MayFit(RateLimitRefusal refusal, Target target) =>
        refusal.Limit.Kind == LimitKind.Tokens && refusal.Remaining > 0 && target.Model is not null;

    private static LimitedRequest Request(HttpContext context, Target target, long tokens, LimitQueue? itsTurnIn = null) =>
        new(context.FindNoun<RequestedModel>()?.Name, target.Model, tokens, 0) { UpstreamId = target.Upstream.Id, ItsTurnIn = itsTurnIn };

    /// <summary>Adds to what <see cref="EarlyLimitStage"/> holds already, if it was there.</summary>
    private ValueTask<AcquireResult> AcquireAsync(HttpContext context, Target target, RateLimitGroup[] groups, long tokens) =>
        subjects.AcquireAsync(groups, Request(context, target, tokens), context.FindNoun<RateLimitLease>(), context.RequestAborted);
}
