using System.Text.Json;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>Reads <c>tool_choice</c> of chat (nested names) and responses (flat names).</summary>
internal static class OpenAIToolChoice
{
    public static ToolUse Use(JsonElement choice)
    {
        if (choice.ValueKind is JsonValueKind.Object)
        {
            if (choice.Text("type") is not "allowed_tools")
                return ToolUse.Required;
            return (choice.Text("mode") ?? choice.Member("allowed_tools").Text("mode")) is "required" ? ToolUse.Required : ToolUse.Auto;
        }

        return choice.ValueKind is JsonValueKind.Undefined
            ? ToolUse.Auto
            : choice.AsText() switch
            {
                "none" => ToolUse.None,
                "auto" => ToolUse.Auto,
                "required" => ToolUse.Required,
                _ => throw RefusedException.Invalid("tool_choice", "expected none, auto, required or a tool"),
            };
    }

    public static string? Forced(JsonElement choice, List<ToolSpec> tools)
    {
        if (choice.ValueKind is not JsonValueKind.Object || choice.Text("type") is "allowed_tools")
            return null;
        var name = choice.Text("name") ?? choice.Member("function").Text("name") ?? choice.Member("custom").Text("name");
        if (name is null || tools.Exists(tool => tool.Name == name))
            return name;
        throw RefusedException.Invalid("tool_choice", $"tool '{name}' is not among 'tools'");
    }
}
