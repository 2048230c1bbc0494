namespace PromptGateway.RateLimits;

/// <summary>The waiting requests of one key, and how many turns it had.</summary>
internal sealed class LimitLane
{
    public LinkedList<LimitWaiter> Waiters { get; } = [];

    /// <summary>The lane with the smallest is next.</summary>
    public double Pass { get; set; }

    /// <summary>Rises with each turn and each beginning of a wait: of two with the same pass, the one that has waited longer comes first.</summary>
    public long Since { get; set; }

    public bool IsBefore(LimitLane other) => Pass < other.Pass || (Pass == other.Pass && Since < other.Since);
}
