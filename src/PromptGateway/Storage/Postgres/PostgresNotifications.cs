using Npgsql;

namespace PromptGateway.Storage.Postgres;

/// <summary>
/// Listens to <c>NOTIFY</c> over a connection of its own, which it opens again when it breaks. After each opening every subscriber is
/// called once, since what was told meanwhile is lost.
/// </summary>
internal sealed class PostgresNotifications(
    PostgresOptions options,
    IEnumerable<PostgresSubscription> subscriptions,
    TimeProvider time,
    ILogger<PostgresNotifications> log
) : BackgroundService
{
    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a connection may be silent before it is asked whether it is still there.</summary>
    private const int SilenceSeconds = 10;

    private readonly PostgresSubscription[] _subscriptions = [.. subscriptions];
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!_failing)
                    log.LogWarning(e, "PostgreSQL cannot tell of changes; until it can, they are polled for");
                _failing = true;
                await Task.Delay(ReconnectAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // The gateway stops.
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString) { Pooling = false, KeepAlive = SilenceSeconds };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        connection.Notification += (_, told) =>
        {
            foreach (var subscription in _subscriptions)
                if (subscription.Channel == told.Channel)
                    subscription.Notified(told.Payload);
        };
        await connection.OpenAsync(cancellationToken);
        foreach (var channel in _subscriptions.Select(subscription => subscription.Channel).Distinct())
            await connection.ExecuteAsync($"LISTEN {channel}", cancellationToken);
        foreach (var subscription in _subscriptions)
            subscription.Notified("");
        if (_failing)
            log.LogInformation("PostgreSQL tells of changes again");
        _failing = false;
        while (true)
            await connection.WaitAsync(cancellationToken);
    }
}
