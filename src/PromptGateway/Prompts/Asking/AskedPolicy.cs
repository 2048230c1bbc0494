using PromptGateway.Prompts.Policies;

namespace PromptGateway.Prompts.Asking;

/// <summary>A policy whose transforms that ask a model have their answers, for one body.</summary>
/// <param name="Policy">To be run over that body.</param>
/// <param name="Time">That asking took.</param>
internal sealed record AskedPolicy(OptimizationPolicy Policy, TimeSpan Time)
{
    /// <summary>What asking cost, as far as it is known.</summary>
    public long CostNanoUsd { get; init; }

    /// <summary>One of <see cref="AskFailure"/>, if a question failed.</summary>
    public string? Failure { get; init; }

    /// <summary>Null when no rewriting was tried.</summary>
    public RewrittenPrompt? Rewritten { get; init; }
}
