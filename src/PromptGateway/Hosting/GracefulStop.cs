using PromptGateway.Forwarding;

namespace PromptGateway.Hosting;

/// <summary>
/// After SIGTERM Kestrel takes no new connections and waits for open answers. When the drain time is over, what is still open is ended
/// with an error event, so that no client takes half an answer for a whole one.
/// </summary>
internal sealed class GracefulStop(IHostApplicationLifetime lifetime, OpenAttempts open, ForwardingOptions options, TimeProvider time)
    : IHostedService
{
    /// <summary>On top of the drain time: for the last words, and for the ledger.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromSeconds(10);
    private ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(() =>
            _timer = time.CreateTimer(_ => open.StopAll(StopReason.Shutdown), null, options.DrainTimeout, TimeSpan.FromMilliseconds(200))
        );
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }
}
