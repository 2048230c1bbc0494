namespace PromptGateway.Admin;

/// <summary>A usage report as CSV (RFC 4180): one line a group, or one line with the total when nothing is grouped.</summary>
internal static class UsageCsv
{
    private static readonly (string Name, Func<UsageGroupView, object?> Value)[] Columns =
    [
        ("group", row => row.Group),
        ("name", row => row.Name),
        ("requests", row => row.Requests),
        ("errors", row => row.Errors),
        ("input_tokens", row => row.InputTokens),
        ("cached_input_tokens", row => row.CachedInputTokens),
        ("cache_write_tokens", row => row.CacheWriteTokens),
        ("output_tokens", row => row.OutputTokens),
        ("reasoning_tokens", row => row.ReasoningTokens),
        ("cost_usd", row => row.CostUsd),
        ("cost_nano_usd", row => row.CostNanoUsd),
        ("avg_cost_per_request", row => row.AvgCostPerRequest),
        ("unpriced_requests", row => row.UnpricedRequests),
        ("estimated_requests", row => row.EstimatedRequests),
        ("latency_p50_ms", row => row.LatencyMs.P50),
        ("latency_p95_ms", row => row.LatencyMs.P95),
        ("latency_p99_ms", row => row.LatencyMs.P99),
        ("first_token_p50_ms", row => row.FirstTokenMs?.P50),
        ("first_token_p95_ms", row => row.FirstTokenMs?.P95),
        ("first_token_p99_ms", row => row.FirstTokenMs?.P99),
    ];

    public static string Write(IEnumerable<UsageGroupView> rows) => CsvTable.Write(Columns, rows);
}
