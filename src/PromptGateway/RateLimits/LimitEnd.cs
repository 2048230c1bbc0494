using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Metrics;
using PromptGateway.Usage;

namespace PromptGateway.RateLimits;

/// <summary>Settles a request's lease when the request is over.</summary>
internal sealed class LimitEnd(RateLimitLease lease, HttpContext context, UsageTally tally) : RequestHold
{
    private TokenHabit? _habit;
    private int _promptBytes;
    private GatewayMetrics? _metrics;

    /// <summary>The request has passed all limits: what it uses is charged, and learned from.</summary>
    public void Follow(TokenHabit habit, int promptBytes, GatewayMetrics metrics) =>
        (_habit, _promptBytes, _metrics) = (habit, promptBytes, metrics);

    public override void Release()
    {
        // Refused further down, for a budget say: it has used nothing anywhere.
        if (tally.Attempts == 0 && context.FindNoun<Rejection>() is not null)
            lease.IsAdmitted = false;
        lease.UsedTokens = tally.Usage.TotalTokens;
        if (_habit is not null && tally.Source is UsageSource.Provider or UsageSource.Drained && _promptBytes > 0)
        {
            _metrics!.TokensForecast(lease.ReservedTokens, lease.UsedTokens);
            _habit.Learn(_promptBytes, tally.Usage);
        }
        lease.Dispose();
    }
}
