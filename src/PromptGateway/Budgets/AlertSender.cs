using PromptGateway.Keys;
using PromptGateway.Metrics;

namespace PromptGateway.Budgets;

/// <summary>
/// Delivers alerts to the webhook: each is stored first, by the one replica that is to send it, and tried again with growing pauses, while
/// others go on beside it. What a process could not deliver before it ended is delivered by the next one, or by another replica.
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

    /// <summary>Longer than an attempt takes: when it is over and nothing was heard, nobody delivers the alert any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The same for alerts of older versions, which do not say.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(15);

    /// <summary>After this time a delivered alert of a period that is over is forgotten.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(70);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    /// <summary>Alerts that are delivered at a time. One that its receiver refuses holds up none of the others, nor a change of the receiver.</summary>
    private const int MostAtATime = 64;
    private readonly SemaphoreSlim _places = new(MostAtATime);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(SendNewAsync(stoppingToken), SweepAlwaysAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The gateway stops; what is stored is delivered after the next start.
        }
        try
        {
            // Those that are being delivered say that they are free again.
            for (var place = 0; place < MostAtATime; place++)
                await _places.WaitAsync(CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            // The host did not wait so long.
        }
    }

    public override void Dispose()
    {
        _places.Dispose();
        base.Dispose();
    }

    private async Task SendNewAsync(CancellationToken cancellationToken)
    {
        await foreach (var alert in alerts.Waiting.ReadAllAsync(cancellationToken))
        {
            var stored = new StoredAlert { Alert = alert, TakenUntil = time.GetUtcNow() + Patience };
            if (await IsMineAsync(stored, cancellationToken))
                await BeginAsync(stored, cancellationToken);
        }
    }

    private async Task SweepAlwaysAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SweepInterval, time);
        do await SweepAsync(cancellationToken);
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>True when no other replica, and none before, has taken it. A store that fails is no reason to stay silent.</summary>
    private async Task<bool> IsMineAsync(StoredAlert stored, CancellationToken cancellationToken)
    {
        try
        {
            return await store.TryAddAsync(StoredAlert.Kind, stored.ToDocument(), cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogError(e, "The alert {Alert} cannot be stored; it is sent all the same, and perhaps again", stored.Alert.Id);
            return true;
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var document in await store.ReadAsync(StoredAlert.Kind, cancellationToken))
            {
                var (stored, now) = (StoredAlert.Of(document), time.GetUtcNow());
                if (stored.IsOpen && (stored.TakenUntil ?? stored.Alert.At + Abandoned) <= now)
                    await TakeOverAsync(stored, cancellationToken);
                else if (!stored.IsOpen && BeganAt(stored.Alert) < now - Forgotten)
                    await ForgetAsync(stored, cancellationToken);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogError(e, "Stored alerts cannot be read");
        }
    }

    /// <summary>Claims stay as long as the alert: whoever still sees it as it was must not take it over once more.</summary>
    private async Task ForgetAsync(StoredAlert stored, CancellationToken cancellationToken)
    {
        for (var takeover = 0; takeover < stored.Takeovers; takeover++)
            await store.DeleteAsync(StoredAlert.ClaimKind, (stored with { Takeovers = takeover }).Claim().Id, cancellationToken);
        await store.DeleteAsync(StoredAlert.Kind, stored.Alert.Id, cancellationToken);
    }

    /// <summary>Nobody delivers it any more. Of several replicas that see it, one does so from now on.</summary>
    private async Task TakeOverAsync(StoredAlert stored, CancellationToken cancellationToken)
    {
        if (!await store.TryAddAsync(StoredAlert.ClaimKind, stored.Claim(), cancellationToken))
            return;
        var mine = stored with { TakenUntil = time.GetUtcNow() + Patience, Takeovers = stored.Takeovers + 1 };
        await store.PutAsync(StoredAlert.Kind, mine.ToDocument(), cancellationToken);
        await BeginAsync(mine, cancellationToken);
    }

    /// <summary>Sessions are many and end without a sign; a budget in total is remembered for good.</summary>
    private static DateTimeOffset? BeganAt(BudgetAlert alert) => alert.Scope == BudgetScope.Session.Name() ? alert.At : alert.PeriodStart;

    /// <summary>Waits for a place, not for the delivery.</summary>
    private async Task BeginAsync(StoredAlert stored, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        _ = DeliverAsync(stored, cancellationToken);
    }

    private async Task DeliverAsync(StoredAlert stored, CancellationToken cancellationToken)
    {
        try
        {
            await TryUntilItEndsAsync(stored, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The next process, or another replica, need not wait.
            await KeepAsync(stored with { TakenUntil = time.GetUtcNow() });
        }
        // One alert must not end the others, nor the gateway.
        catch (Exception e)
        {
            log.LogError(e, "The alert {Alert} could not be sent; it is tried again later", stored.Alert.Id);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task TryUntilItEndsAsync(StoredAlert stored, CancellationToken cancellationToken)
    {
        var pause = options.Webhook?.RetryDelay ?? TimeSpan.Zero;
        for (var attempt = 1; options.Webhook is { } webhook; attempt++)
        {
            var failure = await client.TryPostAsync(webhook, stored.Alert, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (failure is null || attempt >= webhook.Attempts)
            {
                await EndAsync(stored, failure);
                return;
            }
            log.LogWarning("The alert {Alert} was not accepted ({Failure}); it is sent again in {Pause}", stored.Alert.Id, failure, pause);
            await KeepAsync(stored with { TakenUntil = time.GetUtcNow() + pause + Patience });
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private Task EndAsync(StoredAlert stored, string? failure)
    {
        metrics.Limits.AlertEnded(failure is null ? "delivered" : "failed");
        if (failure is not null)
            log.LogError("The alert {Alert} could not be delivered ({Failure}); it is given up", stored.Alert.Id, failure);
        return KeepAsync(stored with { DeliveredAt = failure is null ? time.GetUtcNow() : null, GivenUp = failure is not null });
    }

    private async Task KeepAsync(StoredAlert stored)
    {
        try
        {
            await store.PutAsync(StoredAlert.Kind, stored.ToDocument(), CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogError(e, "What became of the alert {Alert} cannot be stored; it may be sent again", stored.Alert.Id);
        }
    }
}
