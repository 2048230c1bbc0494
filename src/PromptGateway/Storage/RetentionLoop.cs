using PromptGateway.Experiments.Feedback;
using PromptGateway.Usage;

namespace PromptGateway.Storage;

/// <summary>
/// Deletes ledger rows and feedback that are older than <c>Storage:RetentionDays</c>, soon after the start and then every hour. Several replicas may
/// do so at the same time: each batch is a transaction of its own, what one has deleted the other does not find.
/// </summary>
internal sealed class RetentionLoop(
    IUsageLog ledger,
    IFeedbackStore feedback,
    StorageOptions options,
    TimeProvider time,
    ILogger<RetentionLoop> log
) : BackgroundService
{
    private const int BatchSize = 1_000;
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.RetentionDays is not { } days)
            return;
        try
        {
            await Task.Delay(AfterStart, time, stoppingToken);
            while (true)
            {
                await DeleteAsync(days, stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops; the rest is deleted after its next start.
        }
    }

    private async Task DeleteAsync(int days, CancellationToken stoppingToken)
    {
        try
        {
            var before = time.GetUtcNow().AddDays(-days);
            // Feedback first: callers' words are not to outlive the request that they are about.
            await feedback.DeleteBeforeAsync(before, stoppingToken);
            var deleted = await ledger.DeleteBeforeAsync(before, BatchSize, stoppingToken);
            if (deleted > 0)
                log.LogInformation("{Rows} ledger rows older than {Days} days are deleted", deleted, days);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            log.LogWarning(e, "Old ledger rows could not be deleted; the next try is in {Interval}", Interval);
        }
    }
}
