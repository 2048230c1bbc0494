using System.Text.Json;

namespace PromptGateway.Tokens;

/// <summary>The tools of a request: found, and counted the way the model's family is shown them.</summary>
internal static class ToolDefinitions
{
    // Around the rendered signatures, and less if there is a system message to join: found by experiment with
    // gpt-3.5 and gpt-4o, where the sums agree with the billed prompt tokens.
    private const int Frame = 9;
    private const int JoinedToSystem = -4;
    private const int PerForcedName = 4;
    private const int PerForbidden = 1;

    /// <summary>
    /// Reads <c>tools</c> (nested as in chat completions, flat as in responses, or Anthropic's) and the older
    /// <c>functions</c>. Tools that the provider hosts have no name and are left out.
    /// </summary>
    public static List<ToolDefinition> Read(JsonElement root)
    {
        var tools = new List<ToolDefinition>();
        foreach (var tool in root.Member("tools"u8).Elements())
        {
            var nested = tool.Member("function"u8);
            if (nested.ValueKind != JsonValueKind.Object)
                nested = tool.Member("custom"u8);
            Read(nested.ValueKind == JsonValueKind.Object ? nested : tool, tools);
        }
        foreach (var function in root.Member("functions"u8).Elements())
            Read(function, tools);
        return tools;
    }

    /// <summary>Counts the tools themselves.</summary>
    public static void Add(PromptTally tally, List<ToolDefinition> tools, bool hasSystemMessage)
    {
        if (tools.Count == 0)
            return;
        tally.MarkInexact();
        tally.Add(tally.Rules.ToolPrompt);
        if (tally.Rules.ToolsAsJson)
        {
            foreach (var tool in tools)
                AddAsJson(tally, tool);
            return;
        }
        tally.Text(System.Text.Encoding.UTF8.GetBytes(TypeScriptSignatures.Render(tools)));
        tally.Add(Frame + (hasSystemMessage ? JoinedToSystem : 0));
    }

    /// <summary>Counts <c>tool_choice</c> or the older <c>function_call</c>.</summary>
    public static void AddChoice(PromptTally tally, JsonElement choice)
    {
        if (choice.Says("none"u8))
            tally.Add(PerForbidden);
        var named = choice.Member("function"u8).Member("name"u8);
        if (named.ValueKind != JsonValueKind.String)
            named = choice.Member("name"u8);
        if (named.ValueKind != JsonValueKind.String)
            return;
        tally.Text(named);
        tally.Add(PerForcedName);
    }

    private static void Read(JsonElement tool, List<ToolDefinition> tools)
    {
        if (tool.Member("name"u8).AsText() is not { } name)
            return;
        var parameters = tool.Member("parameters"u8);
        if (parameters.ValueKind != JsonValueKind.Object)
            parameters = tool.Member("input_schema"u8);
        tools.Add(new ToolDefinition(name, tool.Member("description"u8).AsText(), parameters));
    }

    private static void AddAsJson(PromptTally tally, ToolDefinition tool)
    {
        tally.Text(
            System.Text.Encoding.UTF8.GetBytes($"{{\"name\":\"{tool.Name}\",\"description\":\"{tool.Description}\",\"parameters\":")
        );
        tally.Json(tool.Parameters);
        tally.Text("}"u8);
    }
}
