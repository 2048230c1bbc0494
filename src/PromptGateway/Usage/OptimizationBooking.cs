using PromptGateway.Metrics;
using PromptGateway.Prompts.Optimization;

namespace PromptGateway.Usage;

/// <summary>Tells metrics and ledger what an optimization came to once its request is over.</summary>
internal sealed class OptimizationBooking(OptimizationMetrics metrics, UsageWriter writer, ILogger<OptimizationBooking> log)
{
    public void Finished(UsageRecord record)
    {
        if (record.Optimization is not { } policy || record.OptimizationMode is not { } mode)
            return;
        metrics.Sent(policy, mode, record.Usage.InputTokens);
        Saved(record, policy, mode, record.SavedNanoUsd);
    }

    /// <summary>For rows that had to wait for shadow work.</summary>
    public void Write(UsageRecord record)
    {
        if (record is { ShadowPolicy: { } policy })
            Saved(record, policy, OptimizationMode.Shadow, record.ShadowSavedNanoUsd);
        _ = WriteAsync(record);
    }

    private async Task WriteAsync(UsageRecord record)
    {
        try
        {
            await writer.WriteAsync(record);
        }
        catch (Exception e)
        {
            log.LogError(e, "The ledger row of {RequestId} is lost", record.RequestId);
        }
    }

    private void Saved(UsageRecord record, string policy, string mode, long? nanoUsd)
    {
        if (nanoUsd is { } saved)
            metrics.SavedMoney(policy, mode, record.KeyName, record.Team, record.UpstreamModel, saved);
    }
}
