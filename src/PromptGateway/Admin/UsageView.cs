using PromptGateway.Usage;

namespace PromptGateway.Admin;

/// <summary>A usage report as the admin API shows it.</summary>
internal sealed record UsageView
{
    public required string GroupBy { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }
    public long TotalRequests { get; init; }
    public long TotalErrors { get; init; }
    public long TotalInputTokens { get; init; }
    public long TotalCachedInputTokens { get; init; }
    public long TotalOutputTokens { get; init; }

    /// <summary>US dollars, exact.</summary>
    public decimal TotalCostUsd { get; init; }
    public long TotalCostNanoUsd { get; init; }
    public decimal AvgCostPerRequest { get; init; }

    /// <summary>Requests whose cost is not known and not in the total.</summary>
    public long UnpricedRequests { get; init; }
    public long EstimatedRequests { get; init; }
    public required Percentiles LatencyMs { get; init; }
    public Percentiles? FirstTokenMs { get; init; }

    /// <summary>US dollars; null: the price of the model is not known.</summary>
    public required IReadOnlyDictionary<string, decimal?> CostByModel { get; init; }
    public required IReadOnlyList<UsageGroupView> Groups { get; init; }

    public static UsageView Of(UsageQuery query, UsageReport report)
    {
        var total = UsageGroupView.Of(report.Total);
        return new UsageView
        {
            GroupBy = UsageQueries.NameOf(report.GroupBy),
            From = query.From,
            To = query.To,
            TotalRequests = total.Requests,
            TotalErrors = total.Errors,
            TotalInputTokens = total.InputTokens,
            TotalCachedInputTokens = total.CachedInputTokens,
            TotalOutputTokens = total.OutputTokens,
            TotalCostUsd = total.CostUsd,
            TotalCostNanoUsd = total.CostNanoUsd,
            AvgCostPerRequest = total.AvgCostPerRequest,
            UnpricedRequests = total.UnpricedRequests,
            EstimatedRequests = total.EstimatedRequests,
            LatencyMs = total.LatencyMs,
            FirstTokenMs = total.FirstTokenMs,
            CostByModel = report.CostByModel.ToDictionary(cost => cost.Key, cost => NanoUsd.ToUsd(cost.Value)),
            Groups = [.. report.Rows.Select(UsageGroupView.Of)],
        };
    }
}
