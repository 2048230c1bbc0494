using PromptGateway.Usage;

namespace PromptGateway.Admin;

/// <summary>The sums of one group.</summary>
internal sealed record UsageGroupView
{
    /// <summary>Key id, team, model, upstream, day or month; <c>(none)</c> for requests that have none.</summary>
    public required string Group { get; init; }

    /// <summary>The key's name where groups are keys.</summary>
    public string? Name { get; init; }
    public long Requests { get; init; }
    public long Errors { get; init; }
    public long InputTokens { get; init; }
    public long CachedInputTokens { get; init; }
    public long CacheWriteTokens { get; init; }
    public long OutputTokens { get; init; }
    public long ReasoningTokens { get; init; }

    /// <summary>US dollars, exact.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>The same in nano-dollars.</summary>
    public long CostNanoUsd { get; init; }

    /// <summary>US dollars, over the requests whose price is known.</summary>
    public decimal AvgCostPerRequest { get; init; }

    /// <summary>Requests with tokens but without a known price; they are missing in the cost.</summary>
    public long UnpricedRequests { get; init; }
    public long EstimatedRequests { get; init; }
    public required Percentiles LatencyMs { get; init; }

    /// <summary>Null when no request of the group got a first byte.</summary>
    public Percentiles? FirstTokenMs { get; init; }

    public static UsageGroupView Of(UsageReportRow row) =>
        new()
        {
            Group = row.Group,
            Name = row.Name,
            Requests = row.Requests,
            Errors = row.Errors,
            InputTokens = row.InputTokens,
            CachedInputTokens = row.CachedInputTokens,
            CacheWriteTokens = row.CacheWriteTokens,
            OutputTokens = row.OutputTokens,
            ReasoningTokens = row.ReasoningTokens,
            CostUsd = NanoUsd.ToUsd(row.CostNanoUsd),
            CostNanoUsd = row.CostNanoUsd,
            AvgCostPerRequest = NanoUsd.ToUsd(row.AverageCostNanoUsd),
            UnpricedRequests = row.UnpricedRequests,
            EstimatedRequests = row.EstimatedRequests,
            LatencyMs = new Percentiles(row.LatencyP50Ms, row.LatencyP95Ms, row.LatencyP99Ms),
            FirstTokenMs = row is { FirstTokenP50Ms: { } p50, FirstTokenP95Ms: { } p95, FirstTokenP99Ms: { } p99 }
                ? new Percentiles(p50, p95, p99)
                : null,
        };
}
