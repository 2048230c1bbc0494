using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Metrics;
using PromptGateway.Prompts;
using PromptGateway.Routing;
using PromptGateway.Usage;
using Yarp.ReverseProxy.Forwarder;

namespace PromptGateway.Forwarding;

/// <summary>Turns what the last attempt brought into the request's tally: tokens, their source, and how it ended.</summary>
internal sealed class Settlement(GatewayMetrics metrics)
{
    public void Settle(HttpContext context, Attempt attempt, UsageTally tally, bool clientGone)
    {
        Fill(context, attempt, tally, clientGone, context.FindNoun<IForwarderErrorFeature>()?.Error);
        var upstream = attempt.Target.Upstream.Id;
        if (attempt.Tap?.GaveUp == true || SessionOf(context)?.GaveUp == true)
            metrics.TapGaveUp("unreadable");
        // None is due where the gateway itself stopped the answer.
        if (tally.Source == UsageSource.Estimated && attempt.StopReason != StopReason.Budget)
            metrics.UsageMissing(upstream);
        metrics.AttemptFinished(upstream, tally.Outcome!.Value.Name(), attempt.UpstreamStatus);
    }

    /// <summary>What <see cref="Settle"/> will say if nothing goes wrong any more; counts nothing.</summary>
    public static void Foresee(HttpContext context, Attempt attempt, UsageTally tally) =>
        Fill(context, attempt, tally, clientGone: false, error: null);

    private static void Fill(HttpContext context, Attempt attempt, UsageTally tally, bool clientGone, ForwarderError? error)
    {
        var tap = attempt.Tap;
        tap?.Settle();
        (tally.Usage, tally.Source, tally.CostIsUnknown) = (default, UsageSource.None, false);
        tally.SentAt = attempt.SentAt;
        if (tap is not null)
        {
            tally.FirstByteAt = tap.FirstByteAt;
            tally.ResponseModel = tap.Facts.Model;
            tally.ResponseId = tap.Facts.Id;
            (tally.ToolCalls, tally.InvalidToolCalls) = (tap.ToolCalls, tap.InvalidToolCalls);
            tally.ResponseBytes = tap.BytesRead;
            tally.OutputTextBytes = tap.Facts.TextBytes;
        }
        var session = SessionOf(context);
        session?.Settle(tally);
        tally.Outcome = OutcomeOf(session, attempt, clientGone, error);
        SettleUsage(context, attempt, tally, clientGone);
    }

    /// <summary>Counts an attempt that failed and is made once more; nothing of it is charged.</summary>
    public void Repeat(HttpContext context, Attempt failed, Target next)
    {
        var upstream = failed.Target.Upstream.Id;
        var outcome = OutcomeOf(SessionOf(context), failed, clientGone: false, context.FindNoun<IForwarderErrorFeature>()?.Error);
        metrics.AttemptFinished(upstream, outcome.Name(), failed.UpstreamStatus);
        metrics.Retried(upstream, next.Upstream.Id);
    }

    /// <summary>Asking for a feature that is not there costs more than asking for one that is, and few requests are sessions.</summary>
    private static RealtimeTap? SessionOf(HttpContext context) =>
        context.Noun<GatewayEndpoint>().Operation == Operation.Realtime ? context.FindNoun<RealtimeTap>() : null;

    private static Outcome OutcomeOf(RealtimeTap? session, Attempt attempt, bool clientGone, ForwarderError? error)
    {
        var tap = attempt.Tap;
        if (attempt.StopReason != StopReason.None)
            return attempt.StopReason switch
            {
                StopReason.Shutdown => Outcome.Shutdown,
                StopReason.Budget => Outcome.BudgetStopped,
                _ => Outcome.UpstreamTimeout,
            };
        if (session is { Opened: true })
            return OutcomeOf(session, error);
        // First what the upstream did: the client's connection is aborted in consequence, and then looks as if the client had left.
        if (tap?.Cut == true || error == ForwarderError.ResponseBodyDestination)
            return Outcome.UpstreamCut;
        if (clientGone && tap?.Completed != true)
            return Outcome.ClientClosed;
        // The status stays 200 when a stream fails later, so the error feature is asked first (a measured trap of YARP).
        switch (error)
        {
            case null or ForwarderError.None:
                break;
            case ForwarderError.RequestTimedOut:
                return Outcome.UpstreamTimeout;
            case ForwarderError.RequestBodyClient:
                return Outcome.Refused;
            case ForwarderError.ResponseBodyClient or ForwarderError.RequestCanceled or ForwarderError.ResponseBodyCanceled:
                return Outcome.ClientClosed;
            default:
                return Outcome.UpstreamUnreachable;
        }
        if (attempt.UpstreamStatus >= 400 || attempt.UpstreamStatus == 0 || attempt.SentElsewhere is not null || tap?.Facts.Failed == true)
            return attempt.UpstreamStatus == 0 ? Outcome.UpstreamUnreachable : Outcome.UpstreamError;
        return Outcome.Ok;
    }

    /// <summary>Sessions have no end of their own: whoever closes the connection ends them.</summary>
    private static Outcome OutcomeOf(RealtimeTap session, ForwarderError? error) =>
        error switch
        {
            ForwarderError.UpgradeActivityTimeout => Outcome.UpstreamTimeout,
            ForwarderError.UpgradeRequestDestination or ForwarderError.UpgradeResponseDestination when !session.Closed =>
                Outcome.UpstreamCut,
            _ => Outcome.Ok,
        };

    private static void SettleUsage(HttpContext context, Attempt attempt, UsageTally tally, bool clientGone)
    {
        var endpoint = context.Noun<GatewayEndpoint>();
        if (endpoint.OnlyStores)
            tally.Reported = attempt.Tap is { Facts.HasUsage: true } stored ? stored.Facts.Usage : null;
        if (endpoint.OnlyStores || tally.IsChargedLater)
            return;
        if (attempt.Tap is { } tap && tap.Facts.HasUsage)
        {
            if (tally.Stream && !tap.Facts.Finished && attempt.Format.EndsExplicitly)
            {
                SettlePart(attempt, tally, tap.Facts.Usage);
                return;
            }
            tally.Usage = tap.Facts.Usage;
            tally.Source =
                clientGone && attempt.Target.Upstream.OnClientGone == DisconnectPolicy.Drain ? UsageSource.Drained : UsageSource.Provider;
            return;
        }
        if (!MayHaveGenerated(attempt, tally) || HasOnlyFailed(attempt))
            return;
        tally.CostIsUnknown = IsCountedOtherwise(context, endpoint.Operation);
        if (!Generates(endpoint.Operation) && endpoint.Operation != Operation.Embeddings && !IsPricedByDefault(context, tally))
            return;
        tally.Usage = UsageEstimate.Of(context.FindNoun<Prompt>(), endpoint.Operation, attempt, context.Response.ContentLength);
        tally.Source = UsageSource.Estimated;
    }

    /// <summary>
    /// The stream ended before its end. What it had reported by then (Anthropic names the prompt at the start, and one output token)
    /// stands, but more may have been generated since.
    /// </summary>
    private static void SettlePart(Attempt attempt, UsageTally tally, TokenUsage reported)
    {
        tally.Usage = reported with { OutputTokens = Math.Max(reported.OutputTokens, UsageEstimate.OutputTokens(attempt)) };
        tally.Source = UsageSource.Estimated;
    }

    /// <summary>
    /// Sound by the second or the letter, images by the piece, and whatever a model does on paths that are not known: without a report it
    /// is not known what it costs, which is not nothing.
    /// </summary>
    private static bool IsCountedOtherwise(HttpContext context, Operation operation) =>
        operation is Operation.Speech or Operation.Transcription or Operation.Translation or Operation.ImageGeneration
        || (operation == Operation.Other && context.FindNoun<RequestedModel>()?.Name is not null);

    /// <summary>The operator has set what tokens cost whose price is not known: those of the text are.</summary>
    private static bool IsPricedByDefault(HttpContext context, UsageTally tally) =>
        tally is { CostIsUnknown: true, FallbackPrice: not null } && context.FindNoun<Prompt>() is not null;

    public static bool Generates(Operation operation) =>
        operation is Operation.Chat or Operation.Completion or Operation.Responses or Operation.Messages;

    /// <summary>Nothing but an error came under the status of an answer, and no usage: that is what failed requests cost.</summary>
    private static bool HasOnlyFailed(Attempt attempt) => attempt.Tap is { } tap && tap.Facts is { Failed: true, TextEvents: 0 };

    /// <summary>The request went out and was not answered with an error: the provider bills at least the prompt.</summary>
    private static bool MayHaveGenerated(Attempt attempt, UsageTally tally) =>
        attempt.SentAt != 0
        && (
            attempt.UpstreamStatus is >= 200 and < 300
            || (attempt.UpstreamStatus == 0 && tally.Outcome is Outcome.ClientClosed or Outcome.UpstreamTimeout)
        );
}
