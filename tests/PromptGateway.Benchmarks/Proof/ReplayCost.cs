namespace PromptGateway.Benchmarks.Proof;

/// <summary>What a conversation cost, in prices of one input token, request by request.</summary>
/// <param name="Cost">As the provider counts.</param>
/// <param name="CostWithoutSteps">As it would be if the provider did not round what it read down to whole steps.</param>
/// <param name="Turns">The requests.</param>
internal sealed record ReplayCost(double Cost, double CostWithoutSteps, IReadOnlyList<ReplayTurn> Turns);
