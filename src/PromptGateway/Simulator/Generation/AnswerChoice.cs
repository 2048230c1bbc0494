namespace PromptGateway.Simulator.Generation;

/// <summary>One generated answer: text or tool calls.</summary>
internal sealed record AnswerChoice
{
    /// <summary>The text in the pieces in which it is streamed; empty if tools are called.</summary>
    public IReadOnlyList<string> Pieces { get; init; } = [];

    public IReadOnlyList<ToolCall> Calls { get; init; } = [];

    public FinishCause Finish { get; init; }

    /// <summary>The stop sequence that was hit.</summary>
    public string? StopSequence { get; init; }

    public string Text => string.Concat(Pieces);
}
