namespace PromptGateway.Usage;

/// <summary>Which part of the ledger is asked for and how it is grouped; absent filters match everything.</summary>
internal sealed record UsageQuery
{
    public UsageGrouping GroupBy { get; init; }

    /// <summary>Inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? To { get; init; }
    public string? Key { get; init; }
    public string? Team { get; init; }
    public string? Model { get; init; }
    public string? Upstream { get; init; }
}
