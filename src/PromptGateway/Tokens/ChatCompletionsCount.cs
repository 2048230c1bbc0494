using System.Text.Json;

namespace PromptGateway.Tokens;

/// <summary>Counts a chat completions body.</summary>
internal static class ChatCompletionsCount
{
    private const int PerCall = 3;
    private const int FunctionRole = -2;

    public static void Add(PromptTally tally, JsonElement root)
    {
        var tools = ToolDefinitions.Read(root);
        var hasSystem = false;
        foreach (var message in root.Member("messages"u8).Elements())
        {
            var isSystem = message.Member("role"u8).Says("system"u8) || message.Member("role"u8).Says("developer"u8);
            // The first system message is followed by the tools, on a line of their own.
            AddMessage(tally, message, endWithNewLine: isSystem && !hasSystem && tools.Count > 0);
            hasSystem |= isSystem;
        }
        tally.Add(ModelTokenRules.Reply);
        ToolDefinitions.Add(tally, tools, hasSystem);
        ToolDefinitions.AddChoice(tally, root.Member("tool_choice"u8));
        ToolDefinitions.AddChoice(tally, root.Member("function_call"u8));
        tally.Json(root.Member("response_format"u8).Member("json_schema"u8));
    }

    private static void AddMessage(PromptTally tally, JsonElement message, bool endWithNewLine)
    {
        tally.Add(ModelTokenRules.PerMessage);
        tally.Text(message.Member("role"u8));
        ContentParts.Add(tally, message.Member("content"u8), endWithNewLine);
        var name = message.Member("name"u8);
        if (name.ValueKind == JsonValueKind.String)
        {
            tally.Text(name);
            tally.Add(ModelTokenRules.PerName);
        }
        if (message.Member("role"u8).Says("function"u8))
            tally.Add(FunctionRole);
        AddExtras(tally, message);
    }

    /// <summary>What few messages have and no one documents the framing of.</summary>
    private static void AddExtras(PromptTally tally, JsonElement message)
    {
        var call = message.Member("function_call"u8);
        if (call.ValueKind == JsonValueKind.Object)
            AddCall(tally, call.Member("name"u8), call.Member("arguments"u8));
        foreach (var toolCall in message.Member("tool_calls"u8).Elements())
        {
            AddCall(tally, toolCall.Member("function"u8).Member("name"u8), toolCall.Member("function"u8).Member("arguments"u8));
            tally.Text(toolCall.Member("custom"u8).Member("name"u8));
            tally.Text(toolCall.Member("custom"u8).Member("input"u8));
        }
        foreach (var extra in (ReadOnlySpan<JsonElement>)[message.Member("refusal"u8), message.Member("reasoning_content"u8)])
        {
            if (extra.ValueKind != JsonValueKind.String)
                continue;
            tally.MarkInexact();
            tally.Text(extra);
        }
    }

    private static void AddCall(PromptTally tally, JsonElement name, JsonElement arguments)
    {
        tally.MarkInexact();
        tally.Text(name);
        tally.Text(arguments);
        tally.Add(PerCall);
    }
}
