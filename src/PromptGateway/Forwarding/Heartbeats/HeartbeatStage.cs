using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Prompts;
using PromptGateway.Providers;

namespace PromptGateway.Forwarding.Heartbeats;

/// <summary>
/// On request (<c>X-PromptGateway-Heartbeat: seconds</c>) a stream is kept alive until its first byte comes, for clients behind proxies
/// that close silent connections while a model thinks. The price: the answer has begun with status 200 before the upstream has answered,
/// so a failure after the first heartbeat is an error event in the stream, and the upstream's headers do not arrive. Other targets are
/// still tried, because nothing of an upstream's answer has been seen.
/// </summary>
internal sealed class HeartbeatStage(RequestDelegate next, TimeProvider time)
{
    public const string Header = "X-PromptGateway-Heartbeat";
    private const int LongestSeconds = 60;

    public Task InvokeAsync(HttpContext context)
    {
        var wanted = context.Request.Headers[Header];
        if (wanted.Count == 0)
            return next(context);
        if (
            !int.TryParse(wanted.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 1 or > LongestSeconds
        )
            return context.RejectAsync(
                Rejection.BadRequest("invalid_value", $"{Header} must be a whole number of seconds from 1 to {LongestSeconds}.")
            );
        return context.FindNoun<Prompt>()?.Stream == true ? BeatAsync(context, TimeSpan.FromSeconds(seconds)) : next(context);
    }

    private async Task BeatAsync(HttpContext context, TimeSpan period)
    {
        var endpoint = context.Noun<GatewayEndpoint>();
        var response = context.Features.GetRequiredFeature<IHttpResponseFeature>();
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var early = new EarlyResponse(response, body, endpoint.Dialect);
        context.Features.Set<IHttpResponseFeature>(early);
        context.Features.Set<IHttpResponseBodyFeature>(early);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var beating = early.BeatAsync(period, time, stop.Token);
        try
        {
            await next(context);
        }
        finally
        {
            await stop.CancelAsync();
            await beating;
            context.Features.Set(response);
            context.Features.Set(body);
        }
        if (await early.CompleteAsync(WireFormats.For(endpoint.Operation), time))
            context.Abort();
    }
}
