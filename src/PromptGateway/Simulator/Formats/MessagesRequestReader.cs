using System.Text.Json;
using PromptGateway.Simulator.Caching;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>Reads POST /v1/messages (Anthropic) and count_tokens.</summary>
internal static class MessagesRequestReader
{
    private const int MaxBreakpoints = 4;
    private const int ReplyFrame = 3;

    /// <param name="body">The request.</param>
    /// <param name="counting">For count_tokens, which needs no <c>max_tokens</c>.</param>
    /// <exception cref="RefusedException">A required field is missing or a value is not allowed.</exception>
    public static GenerationRequest Read(JsonElement body, bool counting = false)
    {
        var model = body.RequiredText("model");
        var maxTokens = body.Integer("max_tokens", 0, int.MaxValue);
        if (maxTokens is null && !counting)
            throw RefusedException.Missing("max_tokens");
        if (body.Member("messages") is not { ValueKind: JsonValueKind.Array } messages || messages.GetArrayLength() == 0)
            throw RefusedException.Missing("messages");

        var (blocks, last) = (new MessageBlocks(model), new LastTurn());
        var tools = Tools(body, blocks);
        blocks.Add("system", body.Member("system"), 3, last: null);
        foreach (var message in messages.EnumerateArray())
            AddMessage(message, blocks, last);
        if (body.Has("cache_control"))
            blocks.MarkLast(MessageBlocks.Breakpoint(body));
        if (blocks.Breakpoints > MaxBreakpoints)
            throw RefusedException.Invalid(
                "cache_control",
                $"a maximum of {MaxBreakpoints} blocks may have it, found {blocks.Breakpoints}"
            );

        var (choice, thinking) = (body.Member("tool_choice"), body.Member("thinking"));
        var format = body.Member("output_config").Member("format");
        return new GenerationRequest
        {
            Model = model,
            UserText = last.UserText,
            ToolResult = last.ToolResult,
            Tools = tools,
            ToolUse = Use(choice),
            ForcedTool = choice.Text("type") is "tool" ? Forced(choice, tools) : null,
            OutputSchema = format.Text("type") is "json_schema" ? format.Member("schema") : default,
            MaxTokens = maxTokens,
            Stop = body.Texts("stop_sequences", most: 8192),
            Stream = body.Flag("stream"),
            Reasons = thinking.Text("type") is "enabled" or "adaptive",
            ShowReasoning = thinking.Text("display") is not "omitted",
            Segments = blocks.Segments,
            PromptTokens = ReplyFrame + blocks.Segments.Sum(segment => (long)segment.Tokens),
        };
    }

    private static List<ToolSpec> Tools(JsonElement body, MessageBlocks blocks)
    {
        var tools = new List<ToolSpec>();
        foreach (var tool in body.Items("tools"))
        {
            // Server tools (web search and the like) have a type and no schema; they are priced but never called.
            if (tool.Has("input_schema"))
                tools.Add(new(tool.RequiredText("name"), tool.Member("input_schema")));
            blocks.AddTool(tool);
        }

        return tools;
    }

    private static void AddMessage(JsonElement message, MessageBlocks blocks, LastTurn last)
    {
        var role = message.RequiredText("role");
        if (role is not ("user" or "assistant" or "system"))
            throw RefusedException.Invalid("messages", $"unexpected role '{role}', expected user, assistant or system");
        last.Begin(MessageBlocks.HasToolResult(message) ? "tool" : role);
        blocks.Add(role, message.Member("content"), 3, last);
    }

    private static ToolUse Use(JsonElement choice) =>
        choice.Text("type") switch
        {
            null or "auto" => ToolUse.Auto,
            "none" => ToolUse.None,
            "any" or "tool" => ToolUse.Required,
            var other => throw RefusedException.Invalid("tool_choice", $"unexpected type '{other}'"),
        };

    private static string Forced(JsonElement choice, List<ToolSpec> tools)
    {
        var name = choice.RequiredText("name");
        return tools.Exists(tool => tool.Name == name)
            ? name
            : throw RefusedException.Invalid("tool_choice", $"tool '{name}' is not among 'tools'");
    }
}
