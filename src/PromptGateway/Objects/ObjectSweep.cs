namespace PromptGateway.Objects;

/// <summary>Keeps the table of objects bounded, soon after the start and then every hour.</summary>
internal sealed class ObjectSweep(IObjectStore store, ObjectOptions options, TimeProvider time, ILogger<ObjectSweep> log)
    : BackgroundService
{
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(AfterStart, time, stoppingToken);
            while (true)
            {
                await SweepAsync(stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops; the rest is swept after its next start.
        }
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        try
        {
            var gone = await store.TrimAsync(time.GetUtcNow().AddDays(-options.KeepDays), options.Most, stoppingToken);
            if (gone > 0)
                log.LogInformation("{Rows} old objects of providers are forgotten", gone);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            log.LogWarning(e, "Old objects of providers could not be forgotten; the next try is in {Interval}", Interval);
        }
    }
}
