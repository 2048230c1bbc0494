namespace PromptGateway.Prompts.Optimization;

/// <summary>What one transform saved of a prompt.</summary>
/// <param name="Name">The transform.</param>
/// <param name="Tokens">Estimated.</param>
/// <param name="Microseconds">In this request; what was remembered from the turn before costs nothing.</param>
internal readonly record struct TransformSaving(string Name, long Tokens, double Microseconds);
