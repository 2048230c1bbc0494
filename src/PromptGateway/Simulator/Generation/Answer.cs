using PromptGateway.Chat;
using PromptGateway.Simulator.Behavior;

namespace PromptGateway.Simulator.Generation;

/// <summary>A complete simulated answer, before a wire format writes it.</summary>
internal sealed record Answer
{
    public required GenerationRequest Request { get; init; }

    /// <summary>Unique within the process; formats put their own prefix before it.</summary>
    public required string Id { get; init; }

    /// <summary>When it was generated, in Unix seconds.</summary>
    public required long Created { get; init; }

    public required IReadOnlyList<AnswerChoice> Choices { get; init; }

    public required TokenUsage Usage { get; init; }

    public required UsageStyle UsageStyle { get; init; }

    /// <summary>An id for a part of this answer, for example a tool call.</summary>
    public string PartId(string prefix, int index) => $"{prefix}_{Id}{index:x2}";
}
