using System.Text.Json;
using System.Text.Json.Nodes;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>POST /v1/moderations. An input is flagged for violence if it says <c>flag me</c>.</summary>
internal static class ModerationsEndpoint
{
    private const string Trigger = "flag me";

    private static readonly string[] Categories =
    [
        "harassment",
        "harassment/threatening",
        "hate",
        "hate/threatening",
        "illicit",
        "illicit/violent",
        "self-harm",
        "self-harm/instructions",
        "self-harm/intent",
        "sexual",
        "sexual/minors",
        "violence",
        "violence/graphic",
    ];

    public static void Map(IEndpointRouteBuilder routes, SimulatorState state) =>
        routes.MapPost("/v1/moderations", context => PlainEndpoint.ReplyAsync(context, state, body => Answer(body, state)));

    public static JsonObject Answer(JsonElement body, SimulatorState state)
    {
        var input = body.Member("input");
        if (input.ValueKind is not (JsonValueKind.String or JsonValueKind.Array))
            throw RefusedException.Missing("input");
        // Multi-modal parts are one input together; strings are one input each.
        var isSeparate =
            input.ValueKind is JsonValueKind.Array && input.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String);
        var results = isSeparate ? input.EnumerateArray().Select(Result) : [Result(input)];
        return new()
        {
            ["id"] = state.NewId("modr-"),
            ["model"] = body.Text("model") ?? "omni-moderation-latest",
            ["results"] = new JsonArray([.. results]),
        };
    }

    private static JsonObject Result(JsonElement input)
    {
        var isFlagged = input.GetRawText().Contains(Trigger, StringComparison.OrdinalIgnoreCase);
        var (categories, scores, types) = (new JsonObject(), new JsonObject(), new JsonObject());
        foreach (var category in Categories)
        {
            var isHit = isFlagged && category is "violence";
            categories[category] = isHit;
            scores[category] = isHit ? 0.98 : 0.0001;
            types[category] = new JsonArray("text");
        }

        return new()
        {
            ["flagged"] = isFlagged,
            ["categories"] = categories,
            ["category_scores"] = scores,
            ["category_applied_input_types"] = types,
        };
    }
}
