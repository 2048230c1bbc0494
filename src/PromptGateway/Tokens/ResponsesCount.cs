using System.Text.Json;

namespace PromptGateway.Tokens;

/// <summary>
/// Counts a responses body like the chat completions body it amounts to. Never exact: the framing is not documented, and
/// what <c>previous_response_id</c>, <c>conversation</c> or an item reference stands for is not in the body.
/// </summary>
internal static class ResponsesCount
{
    private const int PerCall = 3;

    public static void Add(PromptTally tally, JsonElement root)
    {
        tally.MarkInexact();
        var tools = ToolDefinitions.Read(root);
        var instructions = root.Member("instructions"u8);
        var hasSystem = instructions.ValueKind == JsonValueKind.String;
        if (hasSystem)
            AddText(tally, "system"u8, instructions, endWithNewLine: tools.Count > 0);
        var input = root.Member("input"u8);
        if (input.ValueKind == JsonValueKind.String)
            AddText(tally, "user"u8, input, endWithNewLine: false);
        foreach (var item in input.Elements())
        {
            AddItem(tally, item);
            hasSystem |= item.Member("role"u8).Says("system"u8) || item.Member("role"u8).Says("developer"u8);
        }
        tally.Add(ModelTokenRules.Reply);
        ToolDefinitions.Add(tally, tools, hasSystem);
        ToolDefinitions.AddChoice(tally, root.Member("tool_choice"u8));
        tally.Json(root.Member("text"u8).Member("format"u8).Member("schema"u8));
    }

    private static void AddText(PromptTally tally, ReadOnlySpan<byte> role, JsonElement text, bool endWithNewLine)
    {
        tally.Add(ModelTokenRules.PerMessage);
        tally.Text(role);
        tally.Text(text, endWithNewLine);
    }

    private static void AddItem(PromptTally tally, JsonElement item)
    {
        tally.Add(ModelTokenRules.PerMessage);
        var type = item.Member("type"u8);
        if (item.Member("role"u8).ValueKind == JsonValueKind.String)
        {
            tally.Text(item.Member("role"u8));
            ContentParts.Add(tally, item.Member("content"u8));
        }
        else if (type.Says("function_call"u8) || type.Says("custom_tool_call"u8))
        {
            tally.Text(item.Member("name"u8));
            tally.Text(item.Member("arguments"u8));
            tally.Text(item.Member("input"u8));
            tally.Add(PerCall);
        }
        else if (type.Says("function_call_output"u8) || type.Says("custom_tool_call_output"u8))
        {
            ContentParts.Add(tally, item.Member("output"u8));
        }
        else if (type.Says("reasoning"u8))
        {
            foreach (var part in item.Member("summary"u8).Elements())
                tally.Text(part.Member("text"u8));
            foreach (var part in item.Member("content"u8).Elements())
                tally.Text(part.Member("text"u8));
        }
        else
        {
            tally.Json(item);
        }
    }
}
