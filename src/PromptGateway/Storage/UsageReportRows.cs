using System.Data.Common;
using PromptGateway.Usage;

namespace PromptGateway.Storage;

/// <summary>What the report readers of all databases have in common.</summary>
internal static class UsageReportRows
{
    /// <summary>Sums stand in the columns 2 to 11: requests, errors, input, cached, written, output, reasoning, cost, unpriced, estimated.</summary>
    public static UsageReportRow Read(DbDataReader reader, string group, string? name, double[] latency, double[]? firstToken)
    {
        var (requests, cost, unpriced) = (reader.GetInt64(2), reader.GetInt64(9), reader.GetInt64(10));
        return new UsageReportRow
        {
            Group = group,
            Name = name,
            Requests = requests,
            Errors = reader.GetInt64(3),
            InputTokens = reader.GetInt64(4),
            CachedInputTokens = reader.GetInt64(5),
            CacheWriteTokens = reader.GetInt64(6),
            OutputTokens = reader.GetInt64(7),
            ReasoningTokens = reader.GetInt64(8),
            CostNanoUsd = cost,
            UnpricedRequests = unpriced,
            EstimatedRequests = reader.GetInt64(11),
            AverageCostNanoUsd = requests > unpriced ? (long)Math.Round((decimal)cost / (requests - unpriced)) : 0,
            LatencyP50Ms = latency[0],
            LatencyP95Ms = latency[1],
            LatencyP99Ms = latency[2],
            FirstTokenP50Ms = firstToken?[0],
            FirstTokenP95Ms = firstToken?[1],
            FirstTokenP99Ms = firstToken?[2],
        };
    }

    public static UsageReportRow[] Order(UsageReportRow[] rows, UsageGrouping grouping) =>
        grouping is UsageGrouping.Day or UsageGrouping.Month
            ? [.. rows.OrderBy(row => row.Group, StringComparer.Ordinal)]
            :
            [
                .. rows.OrderByDescending(row => row.CostNanoUsd)
                    .ThenByDescending(row => row.Requests)
                    .ThenBy(row => row.Group, StringComparer.Ordinal),
            ];
}
