namespace PromptGateway.RateLimits;

/// <summary>What limits are asked about.</summary>
/// <param name="Requested">Model as the client names it.</param>
/// <param name="Upstream">Model as it goes upstream.</param>
/// <param name="Tokens">To be reserved.</param>
/// <param name="Now">UTC ticks.</param>
internal readonly record struct LimitedRequest(string? Requested, string? Upstream, long Tokens, long Now);
