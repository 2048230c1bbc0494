namespace PromptGateway.Usage;

/// <summary>An aggregation of the ledger: one row a group, and the same sums over all of it.</summary>
internal sealed record UsageReport(UsageGrouping GroupBy, IReadOnlyList<UsageReportRow> Rows, UsageReportRow Total);
