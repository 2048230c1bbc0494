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
        var (prompt, last) = (new PromptBuilder(), new LastTurn());
        var tools = Tools(body, prompt);
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
            ExtraTokens = 3,
            CacheKey = body.Text("prompt_cache_key"),
            CacheTimeToLive = OpenAICacheLife.Of(body),
        };
    }

    private static List<ToolSpec> Tools(JsonElement body, PromptBuilder prompt)
    {
        var tools = new List<ToolSpec>();
        foreach (var tool in body.Items("tools"))
        {
            var isCustom = tool.Text("type") is "custom";
            var detail = tool.Member(isCustom ? "custom" : "function");
            tools.Add(new(detail.RequiredText("name"), detail.Member("parameters"), isCustom));
            prompt.AddWhole("tool", tool.GetRawText(), PromptBuilder.ToolTokens(detail));
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

        AddContent(message.Member("content"), role, overhead, prompt, last);
    }

    private static void AddContent(JsonElement content, string role, int overhead, PromptBuilder prompt, LastTurn last)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.Undefined:
                prompt.Add(role, "", overhead);
                break;
            case JsonValueKind.String:
                prompt.Add(role, last.Add(content.AsText()), overhead);
                break;
            case JsonValueKind.Array:
                foreach (var part in content.EnumerateArray())
                {
                    AddPart(part, role, overhead, prompt, last);
                    overhead = 0;
                }

                break;
            default:
                throw RefusedException.Invalid("messages", "content must be a string or an array of parts");
        }
    }

    private static void AddPart(JsonElement part, string role, int overhead, PromptBuilder prompt, LastTurn last)
    {
        if ((part.Text("text") ?? part.Text("refusal")) is { } text)
            prompt.Add(role, last.Add(text), overhead);
        else if (part.Member("image_url") is { ValueKind: JsonValueKind.Object } image)
            prompt.AddWhole(role, part.GetRawText(), overhead + PromptBuilder.ImageTokens(image.Text("detail")));
        else
            prompt.AddWhole(role, part.GetRawText(), overhead + MediaTokens(part));
    }

    /// <summary>Audio and files: about one token per 100 bytes of base64, at least one.</summary>
    private static int MediaTokens(JsonElement part) => 1 + (part.GetRawText().Length / 100);
}
