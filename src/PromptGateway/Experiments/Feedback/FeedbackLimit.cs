using System.Threading.RateLimiting;

namespace PromptGateway.Experiments.Feedback;

/// <summary>
/// How much feedback a key may give: it comes before the limits of requests, since it calls no provider, and each costs a look into the
/// database.
/// </summary>
internal sealed class FeedbackLimit : IDisposable
{
    public const int PerMinute = 600;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly PartitionedRateLimiter<string> _keys = PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetFixedWindowLimiter(
            key,
            _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = PerMinute,
                Window = Window,
                QueueLimit = 0,
            }
        )
    );

    public bool TryTake(string keyId)
    {
        using var lease = _keys.AttemptAcquire(keyId);
        return lease.IsAcquired;
    }

    public void Dispose() => _keys.Dispose();
}
