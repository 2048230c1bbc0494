namespace PromptGateway.Metrics;

/// <summary>Says in the log that a collector does not get its telemetry; a wrong address would else do nothing without a word.</summary>
internal sealed class CollectorWatch(MetricsOptions options, TimeProvider time, ILogger<CollectorWatch> log) : IHostedService, IDisposable
{
    /// <summary>A collector that is away fails several times a minute, for each kind of telemetry.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);
    private readonly Lock _gate = new();
    private CollectorEvents? _events;
    private long? _said;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (OtlpTarget.From(options) is not null)
            _events = new CollectorEvents(Failed);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _events?.Dispose();

    internal void Failed(string reason)
    {
        lock (_gate)
        {
            if (_said is { } said && time.GetElapsedTime(said) < Pause)
                return;
            _said = time.GetTimestamp();
        }
        log.LogWarning("The collector does not get all telemetry: {Reason}", reason);
    }
}
