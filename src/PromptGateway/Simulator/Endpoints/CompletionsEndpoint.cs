using PromptGateway.Simulator.Formats;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>POST /v1/completions.</summary>
internal static class CompletionsEndpoint
{
    private static readonly CompletionFormat Format = new();

    public static void Map(IEndpointRouteBuilder routes, SimulatorState state) =>
        routes.MapPost(
            "/v1/completions",
            async context =>
            {
                var body = await RequestReader.JsonAsync(context, state);
                await TextEndpoint.AnswerAsync(context, state, body, CompletionRequestReader.Read(body), Format, TextExchange.Automatic);
            }
        );
}
