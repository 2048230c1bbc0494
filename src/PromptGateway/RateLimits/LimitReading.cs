namespace PromptGateway.RateLimits;

/// <summary>State of the tightest limit of a kind, as the client is told.</summary>
/// <param name="Limit">Null: there is none of this kind.</param>
/// <param name="Remaining">After this request.</param>
/// <param name="ResetTicks">Until the window ends.</param>
internal readonly record struct LimitReading(RateLimit? Limit, long Remaining, long ResetTicks)
{
    /// <summary>The one with less left.</summary>
    public LimitReading Tighter(RateLimitBucket bucket, long now) =>
        Limit is null || bucket.Remaining < Remaining ? new LimitReading(bucket.Limit, bucket.Remaining, bucket.TicksToReset(now)) : this;
}
