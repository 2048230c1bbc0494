using System.Text.Json;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>Reads POST /v1/responses and /v1/responses/input_tokens.</summary>
internal static class ResponsesRequestReader
{
    /// <param name="body">The request.</param>
    /// <param name="earlier">Input and output items of the responses before it (<c>previous_response_id</c>).</param>
    /// <exception cref="RefusedException">A required field is missing or a value is not allowed.</exception>
    public static GenerationRequest Read(JsonElement body, IEnumerable<JsonElement> earlier)
    {
        var model = body.RequiredText("model");
        var (prompt, last) = (new PromptBuilder(model), new LastTurn());
        var tools = Tools(body);
        prompt.AddTools(body);
        if (body.Text("instructions") is { } instructions)
            prompt.Add("system", instructions, 4);
        var before = prompt.Tokens;
        foreach (var item in earlier)
            ResponsesItems.Add(item, prompt, last);
        var continued = prompt.Tokens - before;
        AddInput(body.Member("input"), prompt, last);
        var (choice, reasoning) = (body.Member("tool_choice"), body.Member("reasoning"));
        var format = body.Member("text").Member("format");
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
            MaxTokens = body.Integer("max_output_tokens", 16, int.MaxValue),
            Stream = body.Flag("stream"),
            Reasons = ModelTraits.Reasons(model) && reasoning.Text("effort") is not "none",
            ShowReasoning = reasoning.Has("summary"),
            Segments = prompt.Segments,
            PromptTokens = continued + PromptCount.Responses(body, model),
            CacheKey = body.Text("prompt_cache_key"),
            CacheTimeToLive = OpenAICacheLife.Of(body),
        };
    }

    private static void AddInput(JsonElement input, PromptBuilder prompt, LastTurn last)
    {
        switch (input.ValueKind)
        {
            case JsonValueKind.String:
                last.Begin("user");
                prompt.Add("user", last.Add(input.AsText()), 4);
                break;
            case JsonValueKind.Array:
                foreach (var item in input.EnumerateArray())
                    ResponsesItems.Add(item, prompt, last);
                break;
            case JsonValueKind.Undefined:
                throw RefusedException.Missing("input");
            default:
                throw RefusedException.Invalid("input", "expected a string or an array of items");
        }
    }

    private static List<ToolSpec> Tools(JsonElement body)
    {
        var tools = new List<ToolSpec>();
        foreach (var tool in body.Items("tools"))
        {
            // Hosted tools and namespaces are never called.
            var kind = tool.Text("type");
            if (kind is "function" or "custom")
                tools.Add(new(tool.RequiredText("name"), tool.Member("parameters"), kind is "custom"));
        }

        return tools;
    }

    private static JsonElement Schema(JsonElement format) =>
        format.Member("schema") is { ValueKind: JsonValueKind.Object } schema
            ? schema
            : throw RefusedException.Missing("text.format.schema");
}
