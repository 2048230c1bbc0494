using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Simulator.Formats;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>POST /v1/messages and /v1/messages/count_tokens (Anthropic).</summary>
internal static class MessagesEndpoints
{
    private const string VersionHeader = "anthropic-version";

    private static readonly MessagesFormat Format = new();
    private static readonly string[] SamplingFields = ["temperature", "top_p", "top_k"];

    public static void Map(IEndpointRouteBuilder routes, SimulatorState state)
    {
        routes.MapPost(
            "/v1/messages",
            async context =>
            {
                var body = await ReadAsync(context, state);
                await TextEndpoint.AnswerAsync(context, state, body, MessagesRequestReader.Read(body), Format, TextExchange.Explicit);
            }
        );
        routes.MapPost(
            "/v1/messages/count_tokens",
            async context =>
            {
                var body = await ReadAsync(context, state);
                var tokens = MessagesRequestReader.Read(body, counting: true).PromptTokens;
                await PlainEndpoint.ReplyAsync(context, state, user: null, () => new JsonObject { ["input_tokens"] = tokens });
            }
        );
    }

    /// <summary>Reads the body; refuses what the API version of the request refuses.</summary>
    private static async Task<JsonElement> ReadAsync(HttpContext context, SimulatorState state)
    {
        var version = context.Request.Headers[VersionHeader].ToString();
        if (version.Length == 0)
            throw new RefusedException(Rejection.BadRequest("", $"{VersionHeader}: header is required", VersionHeader));
        var body = await RequestReader.JsonAsync(context, state);
        if (version is "2026-10-21" && Array.Find(SamplingFields, field => body.Has(field)) is { } sampling)
            throw RefusedException.Invalid(sampling, $"sampling parameters are not supported in version {version}");
        return body;
    }
}
