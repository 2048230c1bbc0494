namespace PromptGateway.RateLimits;

/// <summary>What limits are asked about.</summary>
/// <param name="Requested">Model as the client names it.</param>
/// <param name="Upstream">Model as it goes upstream.</param>
/// <param name="Tokens">To be reserved.</param>
/// <param name="Now">UTC ticks.</param>
internal readonly record struct LimitedRequest(string? Requested, string? Upstream, long Tokens, long Now)
{
    /// <summary>The upstream that is called.</summary>
    public string? UpstreamId { get; init; }

    /// <summary>It has waited in the queue of this limit, and it is its turn.</summary>
    public LimitQueue? ItsTurnIn { get; init; }

    /// <summary>The body has not been read: only limits that need nothing of it are asked.</summary>
    public bool BodyUnread { get; init; }

    /// <summary>Timestamp of the same moment: leases are compared with it.</summary>
    public long Stamp { get; init; }

    /// <summary>While the database cannot be asked: among how many replicas a limit is divided; else 0.</summary>
    public int FreeReplicas { get; init; }
}
