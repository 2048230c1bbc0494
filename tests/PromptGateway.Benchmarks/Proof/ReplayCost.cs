namespace PromptGateway.Benchmarks.Proof;

/// <summary>What a conversation cost, in prices of one input token, and of how many tokens.</summary>
/// <param name="Resent">Tokens that the request before had too, as far as it was long.</param>
internal sealed record ReplayCost(double Cost, long Tokens, long Cached, long Resent);
