namespace PromptGateway.RateLimits;

/// <summary>A bucket that was charged, and in which window.</summary>
internal readonly record struct RateLimitCharge(RateLimitBucket Bucket, long Window);
