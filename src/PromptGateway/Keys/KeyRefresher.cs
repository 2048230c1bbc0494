namespace PromptGateway.Keys;

/// <summary>Keeps the <see cref="KeyRing"/> up to date with changes made by other processes. Loads it before the gateway serves. A store that
/// can tell of changes is asked at once when it does; the poll stays, for when the telling fails.</summary>
internal sealed class KeyRefresher(KeyRing ring, KeysOptions options, KeyChangeSignal changed, TimeProvider time, ILogger<KeyRefresher> log)
    : BackgroundService
{
    private bool _failing;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.PollInterval, time);
        try
        {
            var (tick, told) = (timer.WaitForNextTickAsync(stoppingToken).AsTask(), changed.WaitAsync(stoppingToken).AsTask());
            while (await await Task.WhenAny(tick, told))
            {
                if (tick.IsCompleted)
                    tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
                if (told.IsCompleted)
                    told = changed.WaitAsync(stoppingToken).AsTask();
                await RefreshAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    /// <summary>One warning an episode: the first failure and the recovery are logged, what lies between is not.</summary>
    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ring.RefreshAsync(cancellationToken);
            if (_failing)
                log.LogInformation("The key store answers again");
            _failing = false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_failing)
                log.LogWarning(e, "The key store cannot be read; keys known so far keep working for {StaleFor}", options.StaleFor);
            _failing = true;
        }
    }
}
