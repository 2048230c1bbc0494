using System.Text.Json.Nodes;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>GET /v1/models and /v1/models/{id}, in Anthropic's shape if the request has its version header.</summary>
internal static class ModelsEndpoints
{
    /// <summary>When the models are said to have been made: 2026-01-01.</summary>
    private const long Created = 1_767_225_600;

    public static void Map(IEndpointRouteBuilder routes, SimulatorState state)
    {
        routes.MapGet("/v1/models", context => PlainEndpoint.ReplyAsync(context, state, user: null, () => List(context, state)));
        routes.MapGet("/v1/models/{**id}", context => PlainEndpoint.ReplyAsync(context, state, user: null, () => One(context, state)));
    }

    private static JsonObject List(HttpContext context, SimulatorState state)
    {
        var isAnthropic = ErrorReply.IsAnthropic(context.Request);
        var models = state.Options.Models.Where(model => !isAnthropic || IsClaude(model)).ToArray();
        var data = new JsonArray([.. models.Select(model => Describe(model, isAnthropic))]);
        if (!isAnthropic)
            return new() { ["object"] = "list", ["data"] = data };
        return new()
        {
            ["data"] = data,
            ["has_more"] = false,
            ["first_id"] = models.FirstOrDefault(),
            ["last_id"] = models.LastOrDefault(),
        };
    }

    private static JsonObject One(HttpContext context, SimulatorState state)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return state.Options.Models.Contains(id)
            ? Describe(id, ErrorReply.IsAnthropic(context.Request))
            : throw RefusedException.NotFound(
                $"The model '{id}' does not exist or you do not have access to it.",
                "model",
                "model_not_found"
            );
    }

    private static JsonObject Describe(string model, bool isAnthropic) =>
        isAnthropic
            ? new()
            {
                ["type"] = "model",
                ["id"] = model,
                ["display_name"] = model,
                ["created_at"] = "2026-01-01T00:00:00Z",
            }
            : new()
            {
                ["id"] = model,
                ["object"] = "model",
                ["created"] = Created,
                ["owned_by"] = IsClaude(model) ? "anthropic" : "openai",
            };

    private static bool IsClaude(string model) => model.StartsWith("claude", StringComparison.Ordinal);
}
