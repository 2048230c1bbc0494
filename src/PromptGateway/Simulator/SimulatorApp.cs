using PromptGateway.Simulator.Endpoints;

namespace PromptGateway.Simulator;

/// <summary>The simulator's request pipeline: errors in the client's dialect, the secret, the endpoints.</summary>
internal static class SimulatorApp
{
    public static void Map(WebApplication app, SimulatorState state, string secret)
    {
        var errors = new ErrorStage(state);
        var access = new AccessStage(state, secret);
        app.Use(errors.InvokeAsync);
        app.Use(access.InvokeAsync);
        app.UseWebSockets();
        app.UseRouting();

        ChatEndpoint.Map(app, state);
        ResponsesEndpoints.Map(app, state);
        MessagesEndpoints.Map(app, state);
        CompletionsEndpoint.Map(app, state);
        EmbeddingsEndpoint.Map(app, state);
        ModerationsEndpoint.Map(app, state);
        ModelsEndpoints.Map(app, state);
        ImagesEndpoints.Map(app, state);
        AudioEndpoints.Map(app, state);
        FilesEndpoints.Map(app, state);
        BatchesEndpoints.Map(app, state);
        RealtimeEndpoint.Map(app, state);
        app.MapFallback(
            "{**path}",
            static context =>
                throw RefusedException.NotFound(
                    $"Unknown request URL: {context.Request.Method} {context.Request.Path}.",
                    code: "unknown_url"
                )
        );
    }
}
