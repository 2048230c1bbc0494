namespace PromptGateway.Usage;

/// <summary>Sums over a group of ledger rows.</summary>
internal sealed record UsageReportRow
{
    /// <summary>The group of rows that have no team, no upstream, ...; as a filter it selects the same rows.</summary>
    public const string NoGroup = "(none)";

    /// <summary>
    /// The key id, team, model (as sent upstream), upstream, <c>2026-11-21</c> or <c>2026-11</c>; <see cref="NoGroup"/> where a row
    /// has none; <c>total</c> for the whole.
    /// </summary>
    public required string Group { get; init; }

    /// <summary>A name for people where the group is an id (the key's name); else null.</summary>
    public string? Name { get; init; }
    public long Requests { get; init; }

    /// <summary>Requests whose outcome is not <c>ok</c>.</summary>
    public long Errors { get; init; }
    public long InputTokens { get; init; }
    public long CachedInputTokens { get; init; }

    /// <summary>Of both lifetimes.</summary>
    public long CacheWriteTokens { get; init; }
    public long OutputTokens { get; init; }
    public long ReasoningTokens { get; init; }

    /// <summary>Nano-dollars over the rows whose price is known.</summary>
    public long CostNanoUsd { get; init; }

    /// <summary>Rows with tokens but without a known price: their cost is missing in <see cref="CostNanoUsd"/>.</summary>
    public long UnpricedRequests { get; init; }

    /// <summary>Rows whose token counts are the gateway's estimate.</summary>
    public long EstimatedRequests { get; init; }

    /// <summary>Nano-dollars a request, over the requests that are not unpriced.</summary>
    public long AverageCostNanoUsd { get; init; }

    /// <summary>Milliseconds, over all rows of the group.</summary>
    public double LatencyP50Ms { get; init; }
    public double LatencyP95Ms { get; init; }
    public double LatencyP99Ms { get; init; }
    public double? FirstTokenP50Ms { get; init; }
    public double? FirstTokenP95Ms { get; init; }
    public double? FirstTokenP99Ms { get; init; }
}
