using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>POST /v1/images/generations and /v1/images/edits: a one pixel PNG, always as base64 (as gpt-image models do).</summary>
internal static class ImagesEndpoints
{
    /// <summary>A 1 x 1 transparent PNG.</summary>
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

    /// <summary>Output tokens of a gpt-image-1 picture of 1024 x 1024 at low quality.</summary>
    private const int TokensPerImage = 272;

    public static void Map(IEndpointRouteBuilder routes, SimulatorState state)
    {
        routes.MapPost("/v1/images/generations", context => PlainEndpoint.ReplyAsync(context, state, body => Generate(body, state)));
        routes.MapPost("/v1/images/edits", context => EditAsync(context, state));
    }

    private static JsonObject Generate(JsonElement body, SimulatorState state) =>
        Answer(body.RequiredText("prompt"), 0, body.Integer("n", 1, 10) ?? 1, state);

    private static async Task EditAsync(HttpContext context, SimulatorState state)
    {
        var form = await FormReader.ReadAsync(context, state);
        await FormReader.FileAsync(form, "image", context.RequestAborted);
        var prompt = form["prompt"].ToString() is { Length: > 0 } given ? given : throw RefusedException.Missing("prompt");
        await PlainEndpoint.ReplyAsync(context, state, form["user"], () => Answer(prompt, TokensPerImage, 1, state));
    }

    private static JsonObject Answer(string prompt, int imageTokens, int count, SimulatorState state)
    {
        var (text, output) = (TokenCount.Of(prompt), count * TokensPerImage);
        return new()
        {
            ["created"] = state.Now,
            ["data"] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => new JsonObject { ["b64_json"] = Png })]),
            ["usage"] = new JsonObject
            {
                ["input_tokens"] = text + imageTokens,
                ["input_tokens_details"] = new JsonObject { ["text_tokens"] = text, ["image_tokens"] = imageTokens },
                ["output_tokens"] = output,
                ["total_tokens"] = text + imageTokens + output,
            },
        };
    }
}
