using System.Text.Json;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>Reads POST /v1/chat/completions.</summary>
internal static class ChatRequestReader
{
    /// <exception cref="RefusedException">A required field is missing or a value is not allowed.</exception>
    public static GenerationRequest Read(JsonElement body)
    {
        var model = body.RequiredText("model");
        if (body.Member("messages") is not { ValueKind: JsonValueKind.Array } messages || messages.GetArrayLength() == 0)
            throw RefusedException.Missing("messages");
        var (prompt, last) = (new PromptBuilder(model), new LastTurn());
        prompt.AddTools(body);
        var tools = Tools(body);
        foreach (var message in messages.EnumerateArray())
            AddMessage(message, prompt, last);
        var format = body.Member("response_format");
        var choice = body.Member("tool_choice");
        return new GenerationRequest
        {
            Model = model,
            UserText = last.UserText,
            ToolResult = last.ToolResult,
            Tools = tools,
            ToolUse = OpenAIToolChoice.Use(choice),
            ForcedTool = OpenAIToolChoice.Forced(choice, tools),
            OutputSchema = format.Text("type") is "json_schema" ? Schema(format) : default,
            JsonObject = format.Text("type") is "json_object",
            MaxTokens = body.Integer("max_completion_tokens", 1, int.MaxValue) ?? body.Integer("max_tokens", 1, int.MaxValue),
            Stop = body.Texts("stop", most: 4),
            Choices = body.Integer("n", 1, 128) ?? 1,
            Stream = body.Flag("stream"),
            IncludeUsage = body.Member("stream_options").Flag("include_usage"),
            Reasons = ModelTraits.Reasons(model) && body.Text("reasoning_effort") is not "none",
            Segments = prompt.Segments,
            PromptTokens = PromptCount.Chat(body, model),
            CacheKey = body.Text("prompt_cache_key"),
            CacheTimeToLive = OpenAICacheLife.Of(body),
        };
    }

    private static List<ToolSpec> Tools(JsonElement body)
    {
        var tools = new List<ToolSpec>();
        foreach (var tool in body.Items("tools"))
        {
            var isCustom = tool.Text("type") is "custom";
            var detail = tool.Member(isCustom ? "custom" : "function");
            tools.Add(new(detail.RequiredText("name"), detail.Member("parameters"), isCustom));
        }

        return tools;
    }

    private static JsonElement Schema(JsonElement format) =>
        format.Member("json_schema").Member("schema") is { ValueKind: JsonValueKind.Object } schema
            ? schema
            : throw RefusedException.Missing("response_format.json_schema.schema");

    private static void AddMessage(JsonElement message, PromptBuilder prompt, LastTurn last)
    {
        var role = message.RequiredText("role");
        last.Begin(role);
        var overhead = 3 + TokenCount.Of(role);
        if (message.Text("name") is { } name)
            overhead += 1 + TokenCount.Of(name);
        foreach (var call in message.Items("tool_calls"))
        {
            var function = call.Member(call.Text("type") is "custom" ? "custom" : "function");
            prompt.Add("call", function.RequiredText("name") + (function.Text("arguments") ?? function.Text("input")), 3);
        }

        prompt.AddContent(role, message.Member("content"), overhead, last);
    }
}
