namespace PromptGateway.RateLimits;

/// <summary>The tightest limits of a request.</summary>
internal readonly record struct LimitReadings(LimitReading Requests, LimitReading Tokens)
{
    public LimitReadings With(RateLimitBucket bucket, long now) =>
        bucket.Limit.Kind switch
        {
            LimitKind.Requests => this with { Requests = Requests.Tighter(bucket, now) },
            LimitKind.Tokens => this with { Tokens = Tokens.Tighter(bucket, now) },
            _ => this,
        };
}
