namespace PromptGateway.RateLimits;

/// <summary>The waiting requests of one key.</summary>
internal sealed class LimitLane
{
    public LinkedList<LimitWaiter> Waiters { get; } = [];

    /// <summary>The lane with the smallest is next.</summary>
    public double Pass { get; set; }
}
