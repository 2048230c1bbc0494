using System.Runtime.InteropServices;
using PromptGateway.Forwarding;

namespace PromptGateway.Hosting;

/// <summary>
/// After SIGTERM Kestrel takes no new connections and waits for open answers. When the drain time is over, or a second signal comes, what
/// is still open is ended with an error event, so that no client takes half an answer for a whole one.
/// </summary>
internal sealed class GracefulStop(
    IHostApplicationLifetime lifetime,
    OpenAttempts open,
    ForwardingOptions options,
    TimeProvider time,
    ILogger<GracefulStop> log
) : IHostedService
{
    /// <summary>On top of the drain time: for the last words, and for the ledger.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromSeconds(10);

    /// <summary>A signal so soon after the first is the same one by another way: a terminal and a wrapper both send it.</summary>
    private static readonly TimeSpan Echo = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Repeat = TimeSpan.FromMilliseconds(200);

    private readonly List<PosixSignalRegistration> _signals = [];
    private ITimer? _timer;
    private long _stoppingSince;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(Drain);
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT])
            _signals.Add(PosixSignalRegistration.Create(signal, _ => OnSignal()));
        return Task.CompletedTask;
    }

    private void Drain()
    {
        _stoppingSince = time.GetTimestamp();
        _timer = time.CreateTimer(_ => open.StopAll(StopReason.Shutdown), null, options.DrainTimeout, Repeat);
        if (open.Count is var count and > 0)
            log.LogInformation(
                "Stopping: {Open} open answers may go on for {DrainSeconds} seconds; a second signal ends them now",
                count,
                options.DrainTimeout.TotalSeconds
            );
    }

    /// <summary>The host answers the first signal by stopping; this ends the wait at the second.</summary>
    internal void OnSignal()
    {
        if (_timer is { } timer && time.GetElapsedTime(_stoppingSince) >= Echo)
            timer.Change(TimeSpan.Zero, Repeat);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _timer?.Dispose();
        return Task.CompletedTask;
    }
}
