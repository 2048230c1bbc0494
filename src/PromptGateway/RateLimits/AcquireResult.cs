namespace PromptGateway.RateLimits;

/// <summary>What came of asking limits: one of the two is null.</summary>
internal readonly record struct AcquireResult(RateLimitLease? Lease, RateLimitRefusal? Refusal);
