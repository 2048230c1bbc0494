using PromptGateway.Prompts.Asking;

namespace PromptGateway.Prompts.Optimization;

/// <summary>
/// What became of the optimization of a request: left on it by <c>OptimizePromptStage</c> when a policy looked at its prompt, or when the
/// caller asked for one.
/// </summary>
internal sealed class PromptOptimization
{
    /// <summary>Null when the mode is off.</summary>
    public string? Policy { get; init; }

    /// <summary>As in <see cref="OptimizationMode"/>.</summary>
    public required string Mode { get; init; }

    /// <summary><c>treatment</c> or <c>control</c> in an experiment.</summary>
    public string? Arm { get; init; }

    /// <summary>Pseudonym of the conversation, in an experiment.</summary>
    public string? Conversation { get; init; }

    /// <summary>What the policy did; null when it did not run on the request's path.</summary>
    public PolicyResult? Result { get; init; }

    /// <summary>What models were asked for it; null: none.</summary>
    public AskedPolicy? Asked { get; init; }

    /// <summary>A policy that is or was computed beside the request.</summary>
    public ShadowRun? Shadow { get; init; }
}
