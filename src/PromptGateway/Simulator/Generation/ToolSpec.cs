using System.Text.Json;

namespace PromptGateway.Simulator.Generation;

/// <summary>A tool that the request offers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Schema">JSON schema of its arguments; undefined if it has none.</param>
/// <param name="IsCustom">An OpenAI custom tool, whose input is free text.</param>
internal sealed record ToolSpec(string Name, JsonElement Schema, bool IsCustom = false);
