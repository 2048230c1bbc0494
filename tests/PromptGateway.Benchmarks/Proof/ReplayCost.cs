namespace PromptGateway.Benchmarks.Proof;

/// <summary>What a conversation cost, in prices of one input token, request by request.</summary>
internal sealed record ReplayCost(double Cost, IReadOnlyList<ReplayTurn> Turns);
