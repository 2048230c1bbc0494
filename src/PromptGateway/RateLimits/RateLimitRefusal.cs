namespace PromptGateway.RateLimits;

/// <summary>Why nothing was acquired: of all limits that do not let the request through, the one to wait for longest.</summary>
/// <param name="Bucket">Of the limit.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Remaining">What is left of it.</param>
/// <param name="Wait">Until its window ends.</param>
/// <param name="TooLarge">The request alone is more than the limit: waiting does not help.</param>
/// <param name="Readings">For the headers.</param>
internal sealed record RateLimitRefusal(
    RateLimitBucket Bucket,
    RateLimit Limit,
    long Remaining,
    TimeSpan Wait,
    bool TooLarge,
    LimitReadings Readings
);
