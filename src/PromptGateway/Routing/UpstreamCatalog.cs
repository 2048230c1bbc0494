using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace PromptGateway.Routing;

/// <summary>
/// The live catalog, and the source of YARP's configuration. A file that does not parse or validate changes nothing: the last good
/// configuration keeps serving and <see cref="ReloadFailed"/> says why.
/// </summary>
internal sealed class UpstreamCatalog : IProxyConfigProvider, IConfigChangeListener, IDisposable
{
    private readonly RoutingConfigBuilder _builder;
    private readonly ILogger<UpstreamCatalog> _log;
    private readonly IDisposable _reloads;
    private volatile RoutingConfig _config;
    private volatile CatalogSnapshot _current;
    private CancellationTokenSource _changed = new();

    /// <exception cref="RoutingConfigException">The configuration at start is wrong.</exception>
    public UpstreamCatalog(RoutingConfigBuilder builder, RoutingSources sources, ILogger<UpstreamCatalog> log)
    {
        _builder = builder;
        _log = log;
        _config = builder.Build(new CancellationChangeToken(_changed.Token));
        _current = _config.Catalog;
        _reloads = ChangeToken.OnChange(sources.Configuration.GetReloadToken, Reload);
    }

    /// <summary>The catalog that belongs to the configuration that YARP serves now.</summary>
    public CatalogSnapshot Current => _current;

    /// <summary>Raised with true after a reload was applied, with false after one was refused.</summary>
    public event Action<bool>? Reloaded;

    public IProxyConfig GetConfig() => _config;

    private void Reload()
    {
        var changed = new CancellationTokenSource();
        try
        {
            _config = _builder.Build(new CancellationChangeToken(changed.Token));
        }
        catch (Exception e) when (e is RoutingConfigException or InvalidOperationException or FormatException)
        {
            changed.Dispose();
            ReloadFailed(e);
            return;
        }
        var previous = Interlocked.Exchange(ref _changed, changed);
        previous.Cancel();
        previous.Dispose();
    }

    private void ReloadFailed(Exception reason)
    {
        _log.LogError("The changed configuration was refused, the last good one keeps serving. {Reason}", reason.Message);
        Reloaded?.Invoke(false);
    }

    void IConfigChangeListener.ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
        if (!proxyConfigs.Contains(_config))
            return;
        var first = ReferenceEquals(_current, _config.Catalog);
        _current = _config.Catalog;
        if (first)
            return;
        _log.LogInformation(
            "A changed configuration is in use: upstreams {Upstreams}",
            string.Join(", ", _current.Upstreams.Select(u => u.Id))
        );
        Reloaded?.Invoke(true);
    }

    void IConfigChangeListener.ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception) =>
        ReloadFailed(exception);

    void IConfigChangeListener.ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs) { }

    void IConfigChangeListener.ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception) =>
        ReloadFailed(exception);

    public void Dispose()
    {
        _reloads.Dispose();
        _changed.Dispose();
    }
}
