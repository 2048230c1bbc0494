using PromptGateway.Chat;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>WebSocket /v1/realtime: text in, text out.</summary>
internal static class RealtimeEndpoint
{
    public static void Map(IEndpointRouteBuilder routes, SimulatorState state) =>
        routes.MapGet(
            "/v1/realtime",
            async context =>
            {
                if (!context.WebSockets.IsWebSocketRequest)
                    throw new RefusedException(Rejection.BadRequest("websocket_required", "/v1/realtime is a WebSocket endpoint."));
                if (!await PlainEndpoint.BeginAsync(context, state, user: null))
                    return;
                var model = context.Request.Query["model"].ToString() is { Length: > 0 } given ? given : "gpt-realtime";
                var offered = context.WebSockets.WebSocketRequestedProtocols;
                using var socket = await context.WebSockets.AcceptWebSocketAsync(offered.Contains("realtime") ? "realtime" : null);
                await new RealtimeSession(socket, state, model).RunAsync(context.RequestAborted);
            }
        );
}
