using PromptGateway.Keys;
using PromptGateway.Metrics;

namespace PromptGateway.RateLimits;

/// <summary>Lets requests wait for room in a limit that has a queue, as long as it says, until the client leaves or the gateway stops.</summary>
internal sealed class LimitQueues(GatewayMetrics metrics, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private long _waiting;

    /// <summary>Requests that wait at this moment.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <param name="refusing">The limit that has no room.</param>
    /// <param name="key">Whose turn it is to be.</param>
    /// <param name="keyId">The same, for callers without a key of ours.</param>
    /// <param name="acquire">As for <see cref="LimitWaiter"/>.</param>
    /// <param name="clientGone">The client has left.</param>
    /// <returns>True when <paramref name="acquire"/> has succeeded.</returns>
    public async ValueTask<bool> WaitAsync(
        RateLimitBucket refusing,
        ApiKey? key,
        string keyId,
        Func<RateLimitBucket?> acquire,
        CancellationToken clientGone
    )
    {
        if (refusing.Queue is not { } queue || lifetime.ApplicationStopping.IsCancellationRequested)
            return false;
        var waiter = new LimitWaiter(keyId, QueuePriority.WeightOf(key), acquire);
        if (!queue.TryEnter(waiter, refusing.Limit.QueueLength))
            return false;
        Interlocked.Increment(ref _waiting);
        var began = time.GetTimestamp();
        var admitted = false;
        try
        {
            // What became free before it was in line gave no sign to it.
            queue.Admit();
            admitted = await PatienceAsync(waiter, TimeSpan.FromMilliseconds(refusing.Limit.QueueMs), clientGone) || queue.Leave(waiter);
            return admitted;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            metrics.Limits.Waited(refusing.Limit.Scope.Name(), time.GetElapsedTime(began), admitted);
        }
    }

    private async Task<bool> PatienceAsync(LimitWaiter waiter, TimeSpan longest, CancellationToken clientGone)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(clientGone, lifetime.ApplicationStopping);
        try
        {
            return await waiter.Over.WaitAsync(longest, time, end.Token);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
