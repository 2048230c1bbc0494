using PromptGateway.Experiments.Report;
using PromptGateway.Usage;

namespace PromptGateway.Experiments.Switches;

/// <summary>
/// Feeds <see cref="ExperimentWatch"/>: after a start with the experiments' rows of the last week, then with each batch that the ledger has
/// taken; follows the store of switches, so that replicas agree within moments.
/// </summary>
internal sealed class ExperimentWatcher(
    ExperimentWatch watch,
    ISwitchStore store,
    IOptimizationLog ledger,
    UsageWriter writer,
    TimeProvider time,
    ILogger<ExperimentWatcher> log
) : BackgroundService
{
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(7);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Switches hold from the first request on.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await SyncAsync(cancellationToken);
        writer.Written += watch.Observe;
        await base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        writer.Written -= watch.Observe;
        return base.StopAsync(cancellationToken);
    }

    /// <summary>Takes over what the store says and hands over what it does not know; what fails is tried again at the next round.</summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var change in watch.Unsaved())
            {
                await store.PutAsync(change, cancellationToken);
                watch.Saved(change);
            }
            watch.Apply(await store.ReadAsync(cancellationToken));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning("The switches of optimization policies cannot be read or saved and will be tried again: {Reason}", e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What comes from now on arrives by itself.
        var now = time.GetUtcNow();
        await Task.Yield();
        try
        {
            await ReplayAsync(now, stoppingToken);
            using var timer = new PeriodicTimer(Interval, time);
            do
            {
                watch.CloseIdle();
                await SyncAsync(stoppingToken);
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping; what is not saved was seen by the ledger and is seen again after the start.
        }
    }

    private async Task ReplayAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        if (!watch.Options.Enabled)
            return;
        try
        {
            var query = new ReportQuery
            {
                From = now - LookBack,
                To = now,
                OnlyArms = true,
            };
            await ledger.ReadAsync(query, watch.Observe, stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            log.LogWarning("The experiments so far cannot be read from the ledger; they are watched from now on: {Reason}", e.Message);
        }
    }
}
