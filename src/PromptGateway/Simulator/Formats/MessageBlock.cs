using System.Text;
using System.Text.Json.Nodes;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>A content block of an Anthropic answer, as its first event and the deltas after it.</summary>
internal sealed class MessageBlock
{
    private readonly Action<JsonObject> _fill;

    private MessageBlock(JsonObject start, IEnumerable<JsonObject> deltas, Action<JsonObject> fill) =>
        (Start, Deltas, _fill) = (start, deltas, fill);

    /// <summary>The block without its content.</summary>
    public JsonObject Start { get; }

    public IEnumerable<JsonObject> Deltas { get; }

    /// <summary>The block with its content.</summary>
    public JsonObject Whole()
    {
        _fill(Start);
        return Start;
    }

    public static MessageBlock Text(IReadOnlyList<string> pieces) =>
        new(
            new() { ["type"] = "text", ["text"] = "" },
            pieces.Select(piece => new JsonObject { ["type"] = "text_delta", ["text"] = piece }),
            block => block["text"] = string.Concat(pieces)
        );

    public static MessageBlock Thinking(string text, string id)
    {
        var signature = Convert.ToBase64String(Encoding.UTF8.GetBytes($"simulated:{id}"));
        var deltas = new List<JsonObject>();
        if (text.Length > 0)
            deltas.Add(new() { ["type"] = "thinking_delta", ["thinking"] = text });
        deltas.Add(new() { ["type"] = "signature_delta", ["signature"] = signature });
        return new(
            new()
            {
                ["type"] = "thinking",
                ["thinking"] = "",
                ["signature"] = "",
            },
            deltas,
            block => (block["thinking"], block["signature"]) = (text, signature)
        );
    }

    /// <summary>Starts with <c>input: {}</c>; the JSON comes in pieces, the first one empty. A cut-off input stays <c>{}</c> as a whole.</summary>
    public static MessageBlock ToolUse(string id, ToolCall call) =>
        new(
            new()
            {
                ["type"] = "tool_use",
                ["id"] = id,
                ["name"] = call.Tool.Name,
                ["input"] = new JsonObject(),
            },
            call.Pieces.Prepend("").Select(piece => new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = piece }),
            block => block["input"] = Parse(call.Arguments)
        );

    private static JsonObject Parse(string arguments)
    {
        try
        {
            return JsonNode.Parse(arguments, documentOptions: SimulatorJson.Reader) as JsonObject ?? [];
        }
        catch (System.Text.Json.JsonException)
        {
            return [];
        }
    }
}
