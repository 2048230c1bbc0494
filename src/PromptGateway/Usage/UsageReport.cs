namespace PromptGateway.Usage;

/// <summary>An aggregation of the ledger; all parts are of one moment.</summary>
/// <param name="GroupBy">What a row stands for.</param>
/// <param name="Rows">One a group: days and months in order, else the most expensive first. Empty for <see cref="UsageGrouping.None"/>.</param>
/// <param name="Total">The same sums over everything that the query matched.</param>
/// <param name="CostByModel">Nano-dollars by upstream model; null where no row of the model has a known price.</param>
internal sealed record UsageReport(
    UsageGrouping GroupBy,
    IReadOnlyList<UsageReportRow> Rows,
    UsageReportRow Total,
    IReadOnlyDictionary<string, long?> CostByModel
);
