using System.Diagnostics;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Keys;
using PromptGateway.Logging;
using PromptGateway.Metrics;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Routing;

namespace PromptGateway.Usage;

/// <summary>
/// Around everything else: counts the request, answers for what went wrong below, and writes what it used, exactly once, whatever
/// happened.
/// </summary>
internal sealed class MeasureStage(
    RequestDelegate next,
    GatewayMetrics metrics,
    GatewayTracing tracing,
    OptimizationBooking optimizations,
    RequestLog requests,
    UsageWriter writer,
    TimeProvider time,
    ILogger<MeasureStage> log
)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var tally = new UsageTally { StartedAt = time.GetTimestamp(), ArrivedAt = time.GetUtcNow() };
        context.SetNoun(tally);
        var clientGone = context.RequestAborted;
        using var activity = tracing.StartRequest(context.Request.Headers, context.Noun<GatewayEndpoint>().OperationName);
        metrics.RequestArrived();
        try
        {
            await next(context);
        }
        catch (Exception e)
        {
            await AnswerAsync(context, tally, e, clientGone);
        }
        finally
        {
            Release(context, tally);
            metrics.RequestLeft();
            await ReportAsync(context, tally, activity, clientGone.IsCancellationRequested);
        }
    }

    private void Release(HttpContext context, UsageTally tally)
    {
        while (tally.NextHeld() is { } hold)
            try
            {
                hold.Release();
            }
            // The rest must come back, and the row must be written.
            catch (Exception e)
            {
                log.LogError(e, "Request {RequestId} did not give back {Hold}", context.TraceIdentifier, hold.GetType().Name);
            }
    }

    private async Task AnswerAsync(HttpContext context, UsageTally tally, Exception failure, CancellationToken clientGone)
    {
        if (clientGone.IsCancellationRequested)
        {
            tally.Outcome = Outcome.ClientClosed;
            return;
        }
        var rejection = FailureOfClient(failure);
        if (rejection is not null)
        {
            // The rest of the body does not come, or is not wanted: HTTP/1.1 clients are told that the connection ends here.
            if (!context.Response.HasStarted && HttpProtocol.IsHttp11(context.Request.Protocol))
                context.Response.Headers.Connection = "close";
        }
        else
        {
            log.LogError(failure, "Request {RequestId} failed inside the gateway", context.TraceIdentifier);
            tally.Outcome = Outcome.Internal;
            rejection = new Rejection(
                500,
                "server_error",
                "internal_error",
                $"The gateway failed. Its log knows more about {context.TraceIdentifier}."
            );
        }
        if (context.Response.HasStarted)
            context.Abort();
        else
            await context.RejectAsync(rejection);
    }

    /// <summary>A body that is slow, malformed or cut: an oversized chunk size surfaces as an <see cref="IOException"/>, the rest as a bad request.</summary>
    private static Rejection? FailureOfClient(Exception failure) =>
        failure switch
        {
            BadHttpRequestException { StatusCode: 413 } => new(
                413,
                "invalid_request_error",
                "request_too_large",
                "The request body is too large."
            ),
            BadHttpRequestException { StatusCode: 408 } => new(
                408,
                "invalid_request_error",
                "request_timeout",
                "The request body came too slowly."
            ),
            BadHttpRequestException bad => Rejection.BadRequest("invalid_body", "The request body could not be read: " + bad.Message),
            IOException => Rejection.BadRequest("invalid_body", "The request body could not be read."),
            _ => null,
        };

    private async Task ReportAsync(HttpContext context, UsageTally tally, Activity? activity, bool clientGone)
    {
        var rejection = context.FindNoun<Rejection>();
        var outcome =
            tally.Outcome
            ?? (
                clientGone ? Outcome.ClientClosed
                : rejection is null ? Outcome.Ok
                : Outcome.Refused
            );
        if (rejection is not null)
            metrics.Refused(rejection.Code);
        if (outcome == Outcome.ClientClosed)
            metrics.ClientClosed(context.Response.HasStarted ? "mid_answer" : "before_answer");
        var finished = new FinishedRequest(context, tally, outcome, time);
        var measured = finished.Measure();
        metrics.Record(in measured);
        if (finished.HasUnknownPrice)
            metrics.PriceUnknown(measured.Upstream!, measured.RequestModel);
        GatewayTracing.Describe(activity, in measured, context.TraceIdentifier);
        if (requests.Enabled)
            requests.Finished(finished.ToLine(activity?.TraceId.ToString()));
        // The ledger is about money: what never went out is counted by the metrics alone.
        if (tally.SentAt != 0)
            await WriteAsync(finished.ToRecord(), finished.Optimization, tally.Price);
        else
            tally.Booking?.Booked(null);
    }

    private ValueTask WriteAsync(UsageRecord record, PromptOptimization? optimization, ModelPrice? price)
    {
        if (optimization is null)
            return writer.WriteAsync(record);
        optimizations.Finished(record);
        if (optimization.Shadow is not { } shadow)
            return writer.WriteAsync(record);
        WriteBehind(shadow, record, price);
        return default;
    }

    /// <summary>The row waits for the shadow work, which is done or dropped within moments; the answer does not.</summary>
    private void WriteBehind(ShadowRun shadow, UsageRecord record, ModelPrice? price) =>
        shadow.Then(result => optimizations.Write(record.WithShadow(result, price)));
}
