using System.Text.Json;

namespace PromptGateway.Tokens;

/// <summary>A tool that a request offers, whatever the shape it came in.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Description">Null if there is none.</param>
/// <param name="Parameters">The JSON schema of the arguments; undefined if there is none.</param>
internal readonly record struct ToolDefinition(string Name, string? Description, JsonElement Parameters);
