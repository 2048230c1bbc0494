using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Json;
using PromptGateway.Objects;
using PromptGateway.Prompts;
using PromptGateway.Providers;
using PromptGateway.Routing;
using PromptGateway.Usage;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace PromptGateway.Forwarding;

/// <summary>
/// Runs everything below once per attempt: hands the request to the target's cluster, and decides with <see cref="RetryRule"/> what
/// comes next. Answers for an upstream that gave no answer.
/// </summary>
internal sealed class FailoverStage(
    RequestDelegate next,
    IProxyStateLookup clusters,
    OpenAttempts open,
    Settlement settlement,
    AnswerJournal journal
)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var targets = context.Noun<TargetList>();
        var tally = context.Noun<UsageTally>();
        tally.RequestedModel = context.FindNoun<RequestedModel>()?.Name;
        var prompt = context.FindNoun<Prompt>();
        tally.RequestBytes = prompt?.Body.Length ?? context.Request.ContentLength ?? 0;
        tally.ClientWait = prompt?.ClientWait ?? 0;
        var clientGone = context.RequestAborted;
        var id = context.Response.Headers[ResolveEndpointStage.RequestIdHeader];
        Attempt last;
        List<DestinationState>? tried = null;
        Rejection? refusal = null;
        var omitsOptions = false;
        for (int made = 1, index = 0; ; made++)
        {
            var target = targets[index];
            last = await TryAsync(context, target, tally, tried, omitsOptions, clientGone);
            if (clientGone.IsCancellationRequested || !RetryRule.TryAgain(context, last, made))
                break;
            omitsOptions = last.StreamOptionsRejected;
            if (!omitsOptions)
            {
                if (context.GetReverseProxyFeature().ProxiedDestination is { } failed)
                    (tried ??= []).Add(failed);
                if (!HasUntried(target, tried))
                {
                    refusal = MoveOn(context, targets, ref index);
                    if (index == targets.Count)
                        break;
                }
            }
            settlement.Repeat(context, last, targets[index]);
            // The status must be back at 200 and the last failure forgotten, or the next attempt counts as failed.
            Clear(context.Response, id);
            context.SetNoun<IForwarderErrorFeature>(null);
        }
        context.RequestAborted = clientGone;
        settlement.Settle(context, last, tally, clientGone.IsCancellationRequested);
        await RememberAsync(context, last);
        if (
            !context.Response.HasStarted
            && !clientGone.IsCancellationRequested
            && (refusal ?? FailureRejection.For(context, last)) is { } rejection
        )
        {
            Clear(context.Response, id);
            journal.Keep(context, tally, rejection);
            await context.RejectAsync(rejection);
        }
    }

    /// <summary>A background response whose stream broke off goes on at the provider, and what it uses from here on is told later.</summary>
    private static ValueTask RememberAsync(HttpContext context, Attempt attempt) =>
        attempt.Tap is { } tap
        && tap.Facts is { ResponseId: { } id, Finished: false }
        && context.FindNoun<Prompt>() is { } prompt
        && JsonMemberFind.TryFindTopLevel(prompt.Body.Span, "background"u8, out var background)
        && background.Kind == JsonValueKind.True
        && context.FindNoun<ObjectAnswer>() is { } answer
            ? answer.GoesOnAsync(id)
            : default;

    /// <summary>To the next target that limits and budgets allow.</summary>
    /// <returns>Why none is left, when it was they that refused the last one.</returns>
    private static Rejection? MoveOn(HttpContext context, TargetList targets, ref int index)
    {
        Rejection? refusal = null;
        while (++index < targets.Count)
        {
            refusal = TargetHolds.TryMove(context, targets[index]);
            if (refusal is null)
                break;
        }
        return refusal;
    }

    /// <summary>Forgets what an upstream left; the request's own id stays.</summary>
    private static void Clear(HttpResponse response, StringValues id)
    {
        response.Clear();
        response.Headers[ResolveEndpointStage.RequestIdHeader] = id;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Attempt> TryAsync(
        HttpContext context,
        Target target,
        UsageTally tally,
        List<DestinationState>? tried,
        bool omitsOptions,
        CancellationToken clientGone
    )
    {
        // With the drain policy the upstream is read to its end even when nobody listens any more.
        using var cancellation =
            target.Upstream.OnClientGone == DisconnectPolicy.Drain
                ? new CancellationTokenSource()
                : CancellationTokenSource.CreateLinkedTokenSource(clientGone);
        var attempt = new Attempt(target, WireFormats.For(context.Noun<GatewayEndpoint>().Operation), cancellation)
        {
            OmitsStreamOptions = omitsOptions,
        };
        tally.Attempts++;
        tally.Target = target;
        if (!Assign(context, target, tried))
            return attempt;
        context.SetNoun(attempt);
        context.RequestAborted = cancellation.Token;
        open.Add(attempt);
        try
        {
            await next(context);
        }
        catch
        {
            // Whatever fails below (YARP's forwarder lets some cancellations through), what went out is booked.
            context.RequestAborted = clientGone;
            settlement.Settle(context, attempt, tally, clientGone.IsCancellationRequested);
            await RememberAsync(context, attempt);
            throw;
        }
        finally
        {
            open.Remove(attempt);
        }
        return attempt;
    }

    /// <summary>
    /// Makes the request one for the target's cluster. The route is bound to the cluster as well: with the cluster alone, load
    /// balancing and health policies would still be given the old one (dotnet/yarp#1750).
    /// </summary>
    private bool Assign(HttpContext context, Target target, List<DestinationState>? tried)
    {
        if (!clusters.TryGetCluster(target.Upstream.Id, out var cluster))
            return false;
        var route = context.GetRouteModel();
        context.ReassignProxyRequest(new RouteModel(route.Config, cluster, route.Transformer), cluster);
        var feature = context.GetReverseProxyFeature();
        feature.ProxiedDestination = null;
        if (tried is not null)
            feature.AvailableDestinations = [.. feature.AvailableDestinations.Where(d => !tried.Contains(d))];
        return true;
    }

    private bool HasUntried(Target target, List<DestinationState>? tried) =>
        clusters.TryGetCluster(target.Upstream.Id, out var cluster)
        && cluster.DestinationsState.AvailableDestinations.Any(d => tried is null || !tried.Contains(d));
}
