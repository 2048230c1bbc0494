namespace PromptGateway.Tokens;

/// <summary>A token count and whether it can be relied on.</summary>
/// <param name="Tokens">Tokens, rounded up.</param>
/// <param name="Exact">
/// True if the provider is known to count the same: text for an OpenAI model whose encoding and message framing are
/// published, counted in full. Tools, images, other vendors' models and extrapolations are never exact.
/// </param>
internal readonly record struct TokenEstimate(int Tokens, bool Exact);
