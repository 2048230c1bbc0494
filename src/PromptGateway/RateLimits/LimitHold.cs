using PromptGateway.Chat;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.Routing;

namespace PromptGateway.RateLimits;

/// <summary>Moves the lease of a request to the limits of the target that it is really sent to.</summary>
internal sealed class LimitHold(
    LimitedSubjects subjects,
    RateLimitLease lease,
    Caller caller,
    string? requestedModel,
    GatewayMetrics metrics
) : ITargetHold
{
    public Rejection? TryMoveTo(Target target)
    {
        var request = new LimitedRequest(requestedModel, target.Model, lease.ReservedTokens, 0) { UpstreamId = target.Upstream.Id };
        if (subjects.TryMove(lease, subjects.For(caller, target), request) is not { } refusal)
            return null;
        metrics.Limits.Refused(refusal.Limit.Scope.Name(), refusal.Limit.Kind.Name());
        return RateLimitRejection.For(refusal, request.Tokens);
    }
}
