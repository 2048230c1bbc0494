using PromptGateway.Experiments.Report;

namespace PromptGateway.Admin;

/// <summary>The tables of the report on optimization as CSV. The name of each figure says whether it is measured or estimated.</summary>
internal static class OptimizationCsv
{
    private static readonly (string, Func<ReportGroup, object?>)[] Groups =
    [
        ("group", row => row.Group),
        ("name", row => row.Name),
        ("requests", row => row.Requests),
        ("applied", row => row.Applied),
        ("unchanged", row => row.Unchanged),
        ("skipped", row => row.Skipped),
        ("failed", row => row.Failed),
        ("control_requests", row => row.ControlRequests),
        ("measured_requests", row => row.Measured.Requests),
        ("measured_input_tokens_after", row => row.Measured.InputTokensAfter),
        ("measured_cached_input_tokens", row => row.Measured.CachedInputTokens),
        ("measured_output_tokens", row => row.Measured.OutputTokens),
        ("measured_cost_usd", row => row.Measured.CostUsd),
        ("measured_unpriced_requests", row => row.Measured.UnpricedRequests),
        ("measured_optimizer_cost_usd", row => row.Measured.OptimizerCostUsd),
        ("measured_added_latency_p50_ms", row => row.Measured.AddedLatencyMs?.P50),
        ("measured_added_latency_p95_ms", row => row.Measured.AddedLatencyMs?.P95),
        ("measured_added_latency_p99_ms", row => row.Measured.AddedLatencyMs?.P99),
        ("measured_latency_p50_ms", row => row.Measured.LatencyMs?.P50),
        ("measured_latency_p95_ms", row => row.Measured.LatencyMs?.P95),
        ("measured_latency_p99_ms", row => row.Measured.LatencyMs?.P99),
        ("measured_feedback_observations", row => row.Measured.Feedback?.Observations),
        ("measured_feedback_score", row => row.Measured.Feedback?.Mean),
        ("estimated_input_tokens_before", row => row.Estimated.InputTokensBefore),
        ("estimated_tokens_saved", row => row.Estimated.TokensSaved),
        ("estimated_saved_percent_p10", row => row.Estimated.SavedPercent?.P10),
        ("estimated_saved_percent_p50", row => row.Estimated.SavedPercent?.P50),
        ("estimated_saved_percent_p90", row => row.Estimated.SavedPercent?.P90),
        ("estimated_saved_usd", row => row.Estimated.SavedUsd),
        ("estimated_lost_cache_discount_usd", row => row.Estimated.LostCacheDiscountUsd),
        ("estimated_net_saved_usd", row => row.Estimated.NetSavedUsd),
    ];

    private static readonly (string, Func<PartGroup, object?>)[] Parts =
    [
        ("group", row => row.Group),
        ("requests", row => row.Requests),
        ("estimated_tokens_before", row => row.TokensBefore),
        ("estimated_tokens_after", row => row.TokensAfter),
        ("estimated_tokens_saved", row => row.TokensSaved),
        ("measured_microseconds", row => row.Microseconds),
    ];

    private static readonly (string, Func<ShadowGroup, object?>)[] Shadow =
    [
        ("policy", row => row.Policy),
        ("requests", row => row.Requests),
        ("dropped", row => row.Dropped),
        ("estimated_input_tokens_before", row => row.InputTokensBefore),
        ("estimated_tokens_saved", row => row.TokensSaved),
        ("estimated_saved_percent_p50", row => row.SavedPercent?.P50),
        ("estimated_saved_usd", row => row.SavedUsd),
        ("measured_compute_p50_ms", row => row.ComputeMs?.P50),
        ("measured_compute_p99_ms", row => row.ComputeMs?.P99),
    ];

    private static readonly (string, Func<(string Policy, ArmFigure Figure), object?>)[] Arms =
    [
        ("policy", row => row.Policy),
        ("figure", row => row.Figure.Figure),
        ("method", row => row.Figure.Method),
        ("treatment_observations", row => row.Figure.Treatment?.Observations),
        ("treatment", row => row.Figure.Treatment?.Mean),
        ("treatment_low", row => row.Figure.Treatment?.Low),
        ("treatment_high", row => row.Figure.Treatment?.High),
        ("control_observations", row => row.Figure.Control?.Observations),
        ("control", row => row.Figure.Control?.Mean),
        ("control_low", row => row.Figure.Control?.Low),
        ("control_high", row => row.Figure.Control?.High),
        ("difference", row => row.Figure.Difference?.Value),
        ("difference_low", row => row.Figure.Difference?.Low),
        ("difference_high", row => row.Figure.Difference?.High),
    ];

    public static string WriteGroups(SavingsReport report) =>
        report.IsByParts ? CsvTable.Write(Parts, report.Parts) : CsvTable.Write(Groups, report.Groups.Append(report.Total));

    public static string WriteShadow(SavingsReport report) => CsvTable.Write(Shadow, report.Shadow);

    public static string WriteArms(SavingsReport report) =>
        CsvTable.Write(Arms, report.Arms.SelectMany(arm => arm.Figures.Select(figure => (arm.Policy, figure))));
}
