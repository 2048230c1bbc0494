using System.Text.Json;
using System.Text.Json.Nodes;
using PromptGateway.Simulator.Behavior;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>
/// The response object: what OpenAI requires and what Open Responses requires besides. Settings of the request are echoed, those it
/// does not have with their defaults.
/// </summary>
internal static class ResponsesObject
{
    /// <param name="body">The request.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="status">in_progress, completed, incomplete or failed.</param>
    /// <param name="output">Output items so far.</param>
    public static JsonObject Of(JsonElement body, Answer answer, string status, JsonArray output)
    {
        var isDone = status is "completed" or "incomplete";
        var response = new JsonObject
        {
            ["id"] = $"resp_{answer.Id}",
            ["object"] = "response",
            ["created_at"] = answer.Created,
            ["status"] = status,
            ["background"] = false,
            ["completed_at"] = status is "completed" ? answer.Created : null,
            ["error"] = null,
            ["incomplete_details"] = status is "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
            ["model"] = answer.Request.Model,
            ["output"] = output,
            ["service_tier"] = "default",
            ["usage"] = isDone && answer.UsageStyle is not UsageStyle.None ? ChatUsage.OfResponse(answer.Usage) : null,
        };
        foreach (var (name, fallback) in Defaults)
            response[name] = Echo(body.Member(name), fallback);
        response["tools"] = Tools(body);
        response["text"] = Text(body);
        return response;
    }

    /// <summary>Echoed members and the JSON that stands for them when the request lacks them.</summary>
    private static readonly (string Name, string Fallback)[] Defaults =
    [
        ("instructions", "null"),
        ("max_output_tokens", "null"),
        ("max_tool_calls", "null"),
        ("metadata", "{}"),
        ("parallel_tool_calls", "true"),
        ("previous_response_id", "null"),
        ("prompt_cache_key", "null"),
        ("reasoning", """{"effort":null,"summary":null}"""),
        ("safety_identifier", "null"),
        ("store", "true"),
        ("temperature", "1.0"),
        ("tool_choice", "\"auto\""),
        ("top_logprobs", "0"),
        ("top_p", "1.0"),
        ("presence_penalty", "0.0"),
        ("frequency_penalty", "0.0"),
        ("truncation", "\"disabled\""),
        ("user", "null"),
    ];

    private static JsonNode? Echo(JsonElement value, string fallback) =>
        JsonNode.Parse(value.ValueKind is JsonValueKind.Undefined ? fallback : value.GetRawText(), documentOptions: SimulatorJson.Reader);

    private static JsonArray Tools(JsonElement body)
    {
        var tools = new JsonArray();
        foreach (var tool in body.Items("tools"))
        {
            var echo = Echo(tool, "{}")!.AsObject();
            if (tool.Text("type") is "function")
            {
                echo.TryAdd("description", null);
                echo.TryAdd("parameters", null);
                echo.TryAdd("strict", true);
            }

            tools.Add(echo);
        }

        return tools;
    }

    private static JsonObject Text(JsonElement body)
    {
        var text = Echo(body.Member("text"), "{}")!.AsObject();
        text.TryAdd("format", new JsonObject { ["type"] = "text" });
        text.TryAdd("verbosity", "medium");
        return text;
    }
}
