namespace PromptGateway.Simulator.Generation;

/// <summary>A call of a tool in an answer.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Pieces">The arguments (JSON; free text for a custom tool) in the pieces in which they are streamed.</param>
internal sealed record ToolCall(ToolSpec Tool, IReadOnlyList<string> Pieces)
{
    public string Arguments => string.Concat(Pieces);
}
