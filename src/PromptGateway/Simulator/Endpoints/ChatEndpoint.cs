using PromptGateway.Simulator.Formats;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>POST /v1/chat/completions.</summary>
internal static class ChatEndpoint
{
    private static readonly ChatFormat Format = new();

    public static void Map(IEndpointRouteBuilder routes, SimulatorState state) =>
        routes.MapPost(
            "/v1/chat/completions",
            async context =>
            {
                var body = await RequestReader.JsonAsync(context, state);
                await TextEndpoint.AnswerAsync(context, state, body, ChatRequestReader.Read(body), Format, TextExchange.Automatic);
            }
        );
}
