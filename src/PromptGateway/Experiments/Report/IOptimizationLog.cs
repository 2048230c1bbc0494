using PromptGateway.Usage;

namespace PromptGateway.Experiments.Report;

/// <summary>The part of the ledger that optimization policies have looked at.</summary>
internal interface IOptimizationLog
{
    /// <summary>Hands over row after row, by the time at which the requests arrived, of one moment, each with the score of its feedback if it has one.</summary>
    Task ReadAsync(ReportQuery query, Action<UsageRecord, double?> row, CancellationToken cancellationToken);
}
