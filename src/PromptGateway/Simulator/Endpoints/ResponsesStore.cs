using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Simulator.Generation;
using PromptGateway.Simulator.Storage;

namespace PromptGateway.Simulator.Endpoints;

/// <summary>Keeps a response with its input, so that it can be read again and continued.</summary>
internal static class ResponsesStore
{
    /// <param name="state">The simulator.</param>
    /// <param name="body">The request.</param>
    /// <param name="earlier">The context that it continued.</param>
    /// <param name="response">The response object.</param>
    /// <param name="answer">The answer, whose id the response has.</param>
    public static void Add(SimulatorState state, JsonElement body, IReadOnlyList<JsonElement> earlier, JsonObject response, Answer answer)
    {
        var input = Items(body.Member("input"), answer);
        var output = response["output"]!.AsArray();
        List<JsonElement> context = [.. earlier, .. input.Select(Element), .. output.Select(Element)];
        var bytes = context.Sum(item => (long)item.GetRawText().Length) + body.GetRawText().Length + 1024;
        state.Responses.Add((string)response["id"]!, new StoredResponse(response, input, context), bytes);
    }

    /// <summary>Items as the API lists them: a bare string is a user message, and every item has an id.</summary>
    private static JsonArray Items(JsonElement input, Answer answer)
    {
        var items = new JsonArray();
        if (input.ValueKind is JsonValueKind.String)
            items.Add(Message(input.AsText()));
        else
        {
            foreach (var item in input.EnumerateArray())
                items.Add(JsonNode.Parse(item.GetRawText(), documentOptions: SimulatorJson.Reader));
        }

        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i]!.AsObject();
            item.TryAdd("type", "message");
            item.TryAdd("id", answer.PartId("msg", 128 + i));
        }

        return items;
    }

    private static JsonObject Message(string text) =>
        new()
        {
            ["type"] = "message",
            ["role"] = "user",
            ["status"] = "completed",
            ["content"] = new JsonArray(new JsonObject { ["type"] = "input_text", ["text"] = text }),
        };

    private static JsonElement Element(JsonNode? node) => JsonDocument.Parse(node!.ToJsonString(), SimulatorJson.Reader).RootElement;
}
