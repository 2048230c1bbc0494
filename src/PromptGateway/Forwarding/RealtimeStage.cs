using Microsoft.AspNetCore.Http.Features;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Routing;

namespace PromptGateway.Forwarding;

/// <summary>
/// Metering of WebSockets: of <c>/v1/realtime</c> the answers are read along with; on other paths they are refused, because nobody
/// would see which model is used in them nor what it costs. Other requests pass without noticing.
/// </summary>
internal sealed class RealtimeStage(RequestDelegate next, UpstreamCatalog catalog, AnswerJournal journal, JoinedCalls calls)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.Upgrade.Count == 0 && !HttpMethods.IsConnect(context.Request.Method))
            return next(context);
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        var connect = context.Features.Get<IHttpExtendedConnectFeature>();
        if (!IsWebSocket(context, upgrade, connect))
            return next(context);
        if (context.Noun<GatewayEndpoint>().Operation != Operation.Realtime)
            return context.RejectAsync(
                Rejection.BadRequest("websocket_not_supported", "WebSockets are served on /v1/realtime only. Send this as a plain request.")
            );
        return TapAsync(context, upgrade, connect);
    }

    private async Task TapAsync(HttpContext context, IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect)
    {
        var call = CallOf(context);
        // A session may go on for an hour: what it has used is noted as it goes.
        using var tap = new RealtimeTap(
            catalog,
            () => journal.Keep(context, context.Noun<Attempt>()),
            call is null ? null : calls.Join(call)
        );
        var tapped = new TappedUpgrade(upgrade, connect, tap);
        context.SetNoun(tap);
        if (upgrade is not null)
            context.Features.Set<IHttpUpgradeFeature>(tapped);
        if (connect is not null)
            context.Features.Set<IHttpExtendedConnectFeature>(tapped);
        try
        {
            await next(context);
        }
        finally
        {
            if (call is not null)
                calls.Leave(call);
        }
    }

    /// <summary>Null: the session is a conversation of its own.</summary>
    private static string? CallOf(HttpContext context) =>
        context.Request.Query["call_id"] is [{ Length: > 0 } id] ? $"{context.Noun<TargetList>()[0].Upstream.Id}/{id}" : null;

    /// <summary>What YARP would switch protocols for. HTTP/1.1 clients also offer <c>Upgrade: h2c</c> on ordinary requests.</summary>
    private static bool IsWebSocket(HttpContext context, IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect) =>
        connect?.IsExtendedConnect == true
        || (
            upgrade?.IsUpgradableRequest == true
            && !context.Request.Headers.Upgrade.ToString().Equals("h2c", StringComparison.OrdinalIgnoreCase)
        );
}
