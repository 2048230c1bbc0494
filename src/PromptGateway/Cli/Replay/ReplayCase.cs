using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Json;

namespace PromptGateway.Cli.Replay;

/// <summary>
/// One conversation of a replay: a chat completions payload, or <c>{"request":{payload}}</c>, in either case with <c>id</c>,
/// <c>expected</c> (text or JSON) and <c>schema</c> beside it. Where the last message is the assistant's, it is the expected answer.
/// </summary>
internal sealed record ReplayCase
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = JsonObjectScan.DefaultMaxDepth,
        AllowDuplicateProperties = false,
    };

    public required string Id { get; init; }

    /// <summary>Without model and streaming, which the replay sets itself.</summary>
    public required JsonObject Request { get; init; }

    /// <summary>Null: none is known.</summary>
    public string? Expected { get; init; }

    /// <summary>Null: none.</summary>
    public JsonNode? Schema { get; init; }

    /// <exception cref="FormatException">It is no such line; says why.</exception>
    public static ReplayCase Read(ReadOnlySpan<byte> json, int line)
    {
        try
        {
            return Read(
                JsonNode.Parse(json, documentOptions: Strict) as JsonObject ?? throw new FormatException("is no JSON object"),
                line
            );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("is no valid JSON: " + e.Message, e);
        }
    }

    private static ReplayCase Read(JsonObject whole, int line)
    {
        var request = (whole["request"] as JsonObject ?? whole["body"] as JsonObject ?? whole).DeepClone().AsObject();
        if (request["messages"] is not JsonArray { Count: > 0 } messages)
            throw new FormatException("has no 'messages'; replay takes chat completions payloads");
        foreach (var name in (string[])["id", "custom_id", "expected", "schema", "model", "stream", "stream_options"])
            request.Remove(name);
        var expected = whole["expected"];
        if (messages[^1] is JsonObject last && last["role"]?.GetValue<string>() == "assistant" && last["tool_calls"] is null)
        {
            expected ??= last["content"];
            messages.RemoveAt(messages.Count - 1);
        }
        if (messages.Count == 0)
            throw new FormatException("has nothing to answer: its only message is the assistant's");
        return new ReplayCase
        {
            Id = Name(whole) ?? "line " + line,
            Request = request,
            Expected = expected is JsonValue value && value.TryGetValue<string>(out var text) ? text : expected?.ToJsonString(),
            Schema = whole["schema"]?.DeepClone(),
        };
    }

    private static string? Name(JsonObject whole) => (whole["id"] ?? whole["custom_id"])?.ToString();
}
