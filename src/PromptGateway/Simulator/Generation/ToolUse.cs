namespace PromptGateway.Simulator.Generation;

/// <summary>Whether the answer may or must call tools.</summary>
internal enum ToolUse
{
    Auto,
    None,
    Required,
}
