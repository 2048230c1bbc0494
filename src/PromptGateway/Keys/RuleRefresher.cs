namespace PromptGateway.Keys;

/// <summary>Reads the stored rules before the gateway serves, and again whenever another process has changed one.</summary>
internal sealed class RuleRefresher(
    IDocumentStore store,
    IEnumerable<IStoredRules> rules,
    KeysOptions options,
    TimeProvider time,
    ILogger<RuleRefresher> log
) : BackgroundService
{
    private long _version = -1;
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
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RefreshAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    /// <summary>One warning an episode; the rules known so far stay in force.</summary>
    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Asked first: what changes while the rules are read is read again next time.
            var version = await store.GetVersionAsync(cancellationToken);
            if (version == _version)
                return;
            foreach (var kind in rules)
                await kind.RefreshAsync(cancellationToken);
            _version = version;
            if (_failing)
                log.LogInformation("The stored rules of limits and budgets can be read again");
            _failing = false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_failing)
                log.LogError(e, "The stored rules of limits and budgets cannot be read; those known so far stay in force");
            _failing = true;
        }
    }
}
