using System.Text.Json.Nodes;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>The events of one realtime response, from response.created to response.done with the usage.</summary>
internal static class RealtimeEvents
{
    public static IEnumerable<(string Type, (string Name, JsonNode? Value)[] Fields)> Of(Answer answer)
    {
        var (text, itemId) = (answer.Choices[0].Text, answer.PartId("item", 0));
        (string, JsonNode?)[] At(params ReadOnlySpan<(string, JsonNode?)> fields) =>
            [("response_id", $"resp_{answer.Id}"), ("output_index", 0), .. fields];
        (string, JsonNode?)[] InPart(string name, JsonNode value) => At(("item_id", itemId), ("content_index", 0), (name, value));

        yield return ("response.created", [("response", Response(answer, "in_progress", null))]);
        yield return ("response.output_item.added", At(("item", Item(itemId, "in_progress", null))));
        yield return ("response.content_part.added", InPart("part", Part("")));
        foreach (var piece in answer.Choices[0].Pieces)
            yield return ("response.output_text.delta", InPart("delta", piece));
        yield return ("response.output_text.done", InPart("text", text));
        yield return ("response.content_part.done", InPart("part", Part(text)));
        yield return ("response.output_item.done", At(("item", Item(itemId, "completed", text))));
        yield return ("response.done", [("response", Response(answer, "completed", Item(itemId, "completed", text)))]);
    }

    private static JsonObject Response(Answer answer, string status, JsonObject? item) =>
        new()
        {
            ["id"] = $"resp_{answer.Id}",
            ["object"] = "realtime.response",
            ["status"] = status,
            ["status_details"] = null,
            ["output_modalities"] = new JsonArray("text"),
            ["output"] = item is null ? new JsonArray() : new JsonArray(item),
            ["usage"] = item is null ? null : Usage(answer),
        };

    private static JsonObject Usage(Answer answer) =>
        new()
        {
            ["total_tokens"] = answer.Usage.TotalTokens,
            ["input_tokens"] = answer.Usage.InputTokens,
            ["output_tokens"] = answer.Usage.OutputTokens,
            ["input_token_details"] = new JsonObject
            {
                ["text_tokens"] = answer.Usage.InputTokens,
                ["audio_tokens"] = 0,
                ["cached_tokens"] = answer.Usage.CachedInputTokens,
            },
            ["output_token_details"] = new JsonObject { ["text_tokens"] = answer.Usage.OutputTokens, ["audio_tokens"] = 0 },
        };

    private static JsonObject Item(string id, string status, string? text) =>
        new()
        {
            ["id"] = id,
            ["object"] = "realtime.item",
            ["type"] = "message",
            ["status"] = status,
            ["role"] = "assistant",
            ["content"] = text is null ? new JsonArray() : new JsonArray(Part(text)),
        };

    private static JsonObject Part(string text) => new() { ["type"] = "output_text", ["text"] = text };
}
