using PromptGateway.Keys;
using PromptGateway.Metrics;

namespace PromptGateway.Budgets;

/// <summary>
/// Delivers alerts to the webhook: each is stored first, by the one replica that is to send it, and tried again with growing pauses.
/// What a process could not deliver before it ended is delivered by the next one, or by another replica.
/// </summary>
internal sealed class AlertSender(
    BudgetAlerts alerts,
    BudgetOptions options,
    IDocumentStore store,
    WebhookClient client,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<AlertSender> log
) : BackgroundService
{
    /// <summary>How often alerts are looked for that nobody delivers.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    /// <summary>An alert of another replica is taken over when it is older than all its attempts could take.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(15);

    /// <summary>After this time a delivered alert of a period that is over is forgotten.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(70);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Nothing is under way in a process that has just begun.
            await SweepAsync(TimeSpan.Zero, stoppingToken);
            await Task.WhenAll(SendNewAsync(stoppingToken), SweepAgainAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The gateway stops; what is stored is delivered after the next start.
        }
    }

    private async Task SendNewAsync(CancellationToken cancellationToken)
    {
        await foreach (var alert in alerts.Waiting.ReadAllAsync(cancellationToken))
            try
            {
                if (await IsMineAsync(alert, cancellationToken))
                    await DeliverAsync(alert, cancellationToken);
            }
            // One alert must not end the others, nor the gateway.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                log.LogError(e, "The alert {Alert} could not be sent; it is tried again after the next start", alert.Id);
            }
    }

    private async Task SweepAgainAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SweepInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            await SweepAsync(Abandoned, cancellationToken);
    }

    /// <summary>True when no other replica, and none before, has taken it. A store that fails is no reason to stay silent.</summary>
    private async Task<bool> IsMineAsync(BudgetAlert alert, CancellationToken cancellationToken)
    {
        try
        {
            return await store.TryAddAsync(StoredAlert.Kind, new StoredAlert { Alert = alert }.ToDocument(), cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogError(e, "The alert {Alert} cannot be stored; it is sent all the same, and perhaps again", alert.Id);
            return true;
        }
    }

    private async Task SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var document in await store.ReadAsync(StoredAlert.Kind, cancellationToken))
            {
                var (stored, now) = (StoredAlert.Of(document), time.GetUtcNow());
                var isOpen = stored.DeliveredAt is null && !stored.GivenUp;
                if (isOpen && stored.Alert.At <= now - olderThan)
                    await DeliverAsync(stored.Alert, cancellationToken);
                else if (!isOpen && BeganAt(stored.Alert) < now - Forgotten)
                    await store.DeleteAsync(StoredAlert.Kind, document.Id, cancellationToken);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogError(e, "Stored alerts cannot be read");
        }
    }

    /// <summary>Sessions are many and end without a sign; a budget in total is remembered for good.</summary>
    private static DateTimeOffset? BeganAt(BudgetAlert alert) => alert.Scope == BudgetScope.Session.Name() ? alert.At : alert.PeriodStart;

    private async Task DeliverAsync(BudgetAlert alert, CancellationToken cancellationToken)
    {
        var pause = options.Webhook?.RetryDelay ?? TimeSpan.Zero;
        for (var attempt = 1; options.Webhook is { } webhook; attempt++)
        {
            var failure = await client.TryPostAsync(webhook, alert, cancellationToken);
            if (failure is null || attempt >= webhook.Attempts)
            {
                await EndAsync(alert, failure, cancellationToken);
                return;
            }
            log.LogWarning("The alert {Alert} was not accepted ({Failure}); it is sent again in {Pause}", alert.Id, failure, pause);
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task EndAsync(BudgetAlert alert, string? failure, CancellationToken cancellationToken)
    {
        metrics.Limits.AlertEnded(failure is null ? "delivered" : "failed");
        if (failure is not null)
            log.LogError("The alert {Alert} could not be delivered ({Failure}); it is given up", alert.Id, failure);
        var ended = new StoredAlert
        {
            Alert = alert,
            DeliveredAt = failure is null ? time.GetUtcNow() : null,
            GivenUp = failure is not null,
        };
        try
        {
            await store.PutAsync(StoredAlert.Kind, ended.ToDocument(), cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogError(e, "That the alert {Alert} is over cannot be stored; it may be sent again", alert.Id);
        }
    }
}
