using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PromptGateway.Simulator.Generation;

/// <summary>Decides which tools an answer calls: the forced one, or those that the user names as <c>call NAME</c>.</summary>
internal static partial class ToolCalls
{
    public static IReadOnlyList<ToolSpec> Wanted(GenerationRequest request)
    {
        if (request.Tools.Count == 0 || request.ToolUse is ToolUse.None)
            return [];
        if (request.ForcedTool is { } forced)
            return [.. request.Tools.Where(tool => tool.Name == forced).Take(1)];
        var named = request.ToolResult is null ? Named(request) : [];
        return named.Count == 0 && request.ToolUse is ToolUse.Required ? [request.Tools[0]] : named;
    }

    /// <summary>Arguments that fit the tool's schema, as they stand in the wire format.</summary>
    public static string Arguments(ToolSpec tool, GenerationRequest request) =>
        tool.IsCustom ? request.UserText : (SchemaInstance.Of(tool.Schema) ?? new JsonObject()).ToJsonString(SimulatorJson.Options);

    private static List<ToolSpec> Named(GenerationRequest request)
    {
        var named = new List<ToolSpec>();
        foreach (Match call in CallPattern().Matches(request.UserText))
        {
            if (request.Tools.FirstOrDefault(tool => tool.Name == call.Groups[1].Value) is { } tool && !named.Contains(tool))
                named.Add(tool);
        }

        return named;
    }

    [GeneratedRegex(@"\bcall ([A-Za-z0-9_.:-]*[A-Za-z0-9_])", RegexOptions.IgnoreCase)]
    private static partial Regex CallPattern();
}
