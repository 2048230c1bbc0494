using PromptGateway.Routing;

namespace PromptGateway.Configuration;

/// <summary>
/// Looks at the files every two seconds. A changed configuration is read and judged as a whole; one with mistakes changes nothing.
/// </summary>
internal sealed class ConfigurationWatch(
    ConfigurationSources sources,
    LiveConfiguration live,
    RoutingCheck routing,
    TimeProvider time,
    ILogger<ConfigurationWatch> log
) : IHostedService, IDisposable
{
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private string? _stamp;
    private ITimer? _timer;

    /// <summary>Raised with true after a change was taken over, with false after one was refused.</summary>
    public event Action<bool>? Reloaded;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _stamp = live.Current.Stamp;
        _timer = time.CreateTimer(_ => Look(), null, PollInterval, PollInterval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        // A tick that finds the one before still at work has nothing to do.
        if (!_gate.TryEnter())
            return;
        try
        {
            if (sources.Stamp(_stamp) is not { } stamp || stamp == _stamp)
                return;
            _stamp = stamp;
            Reload();
        }
        // On the timer's thread nobody else would catch it: the process would end.
        catch (Exception e)
        {
            log.LogError(e, "The changed configuration could not be read, the last good one keeps serving");
            Reloaded?.Invoke(false);
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void Reload()
    {
        var next = LoadedConfiguration.From(sources);
        var errors = ConfigurationCheck.Run(next, routing.Run);
        if (errors.Count > 0)
        {
            log.LogError(
                "The changed configuration was refused, the last good one keeps serving. {Reason}",
                new ConfigurationException(errors).Message
            );
            Reloaded?.Invoke(false);
            return;
        }
        string[] changed = [.. next.ChangedSections(live.Current)];
        var what =
            changed.Length > 0 ? string.Join(", ", changed)
            : next.Stamp == live.Current.Stamp ? "the one before is back"
            : "secrets";
        live.Publish(next);
        log.LogInformation("A changed configuration is in use: {Changed}", what);
        string[] later = [.. changed.Where(name => KnownSections.Find(name) is { IsLive: false })];
        if (later.Length > 0)
            log.LogWarning("Changes of {Sections} take effect at the next start", string.Join(", ", later));
        Reloaded?.Invoke(true);
    }
}
