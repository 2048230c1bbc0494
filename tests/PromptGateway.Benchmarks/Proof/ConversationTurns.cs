using System.Text;
using System.Text.Json.Nodes;

namespace PromptGateway.Benchmarks.Proof;

/// <summary>The requests that led to a conversation: one before each message of the model.</summary>
internal static class ConversationTurns
{
    /// <param name="chat">A whole conversation as a chat request.</param>
    /// <param name="market">Anthropic's caches take its own format.</param>
    public static List<byte[]> Of(byte[] chat, ReplayMarket market)
    {
        var conversation = JsonNode.Parse(chat)!;
        var messages = conversation["messages"]!.AsArray();
        var turns = new List<byte[]>();
        for (var end = 1; end <= messages.Count; end++)
            if (end == messages.Count || (string?)messages[end]!["role"] == "assistant")
                turns.Add(Body(market.IsExplicit ? Messages(messages, end, market) : Chat(messages, end), conversation["tools"], market));
        return turns;
    }

    private static byte[] Body(JsonObject request, JsonNode? tools, ReplayMarket market)
    {
        if (tools is not null)
            request["tools"] = market.IsExplicit ? new JsonArray([.. tools.AsArray().Select(tool => Tool(tool!))]) : tools.DeepClone();
        return Encoding.UTF8.GetBytes(request.ToJsonString());
    }

    private static JsonObject Tool(JsonNode tool) =>
        new()
        {
            ["name"] = (string?)tool["function"]!["name"],
            ["description"] = (string?)tool["function"]!["description"],
            ["input_schema"] = tool["function"]!["parameters"]!.DeepClone(),
        };

    private static JsonObject Chat(JsonArray messages, int end) =>
        new() { ["model"] = "gpt-4o", ["messages"] = new JsonArray([.. messages.Take(end).Select(message => message!.DeepClone())]) };

    private static JsonObject Messages(JsonArray messages, int end, ReplayMarket market)
    {
        var system = new JsonArray();
        var list = new JsonArray();
        foreach (var message in messages.Take(end))
            if ((string?)message!["role"] == "system")
                system.Add(new JsonObject { ["type"] = "text", ["text"] = (string?)message["content"] });
            else
                list.Add(Message(message));
        if (market.ClientMarks)
            list[^1]!["content"]![0]!["cache_control"] = new JsonObject { ["type"] = "ephemeral" };
        return new JsonObject
        {
            ["model"] = "claude-sonnet-4-5",
            ["system"] = system,
            ["messages"] = list,
        };
    }

    private static JsonObject Message(JsonNode message)
    {
        if ((string?)message["role"] == "tool")
            return Block(
                "user",
                new JsonObject
                {
                    ["type"] = "tool_result",
                    ["tool_use_id"] = (string?)message["tool_call_id"],
                    ["content"] = (string?)message["content"],
                }
            );
        var blocks = new JsonArray();
        if ((string?)message["content"] is { Length: > 0 } text)
            blocks.Add(new JsonObject { ["type"] = "text", ["text"] = text });
        foreach (var call in message["tool_calls"]?.AsArray() ?? [])
            blocks.Add(
                new JsonObject
                {
                    ["type"] = "tool_use",
                    ["id"] = (string?)call!["id"],
                    ["name"] = (string?)call["function"]!["name"],
                    ["input"] = JsonNode.Parse((string)call["function"]!["arguments"]!),
                }
            );
        return new JsonObject { ["role"] = (string?)message["role"], ["content"] = blocks };
    }

    private static JsonObject Block(string role, JsonObject block) => new() { ["role"] = role, ["content"] = new JsonArray(block) };
}
