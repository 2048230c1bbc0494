using System.Text;
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
    public static void Add(SimulatorState state, JsonElement body, IReadOnlyList<byte[]> earlier, JsonObject response, Answer answer)
    {
        var input = Items(body.Member("input"), answer);
        List<byte[]> context = [.. earlier, .. input.Select(Utf8), .. response["output"]!.AsArray().Select(Utf8)];
        var stored = new StoredResponse(Utf8(response), Utf8(input), context);
        state.Responses.Add((string)response["id"]!, stored, stored.Bytes);
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

    private static byte[] Utf8(JsonNode? node) => Encoding.UTF8.GetBytes(node!.ToJsonString());
}
