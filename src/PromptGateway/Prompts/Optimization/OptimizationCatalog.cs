using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace PromptGateway.Prompts.Optimization;

/// <summary>The settings in use. A changed configuration that is wrong changes nothing: the last good one stays.</summary>
internal sealed class OptimizationCatalog : IDisposable
{
    private readonly IConfiguration _configuration;
    private readonly Func<IConfiguration, OptimizationSettings> _read;
    private readonly ILogger<OptimizationCatalog> _log;
    private readonly IDisposable _watch;
    private volatile OptimizationSettings _current;

    /// <param name="configuration">Read now and at each change.</param>
    /// <param name="log">Told of changes that were refused.</param>
    /// <param name="read">Null: as <see cref="OptimizationReader"/> does.</param>
    /// <exception cref="OptionsValidationException">The configuration at start is wrong.</exception>
    public OptimizationCatalog(
        IConfiguration configuration,
        ILogger<OptimizationCatalog> log,
        Func<IConfiguration, OptimizationSettings>? read = null
    )
    {
        (_configuration, _log, _read) = (configuration, log, read ?? OptimizationReader.Read);
        _current = _read(configuration);
        _watch = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    public OptimizationSettings Current => _current;

    public void Dispose() => _watch.Dispose();

    private void Reload()
    {
        try
        {
            _current = _read(_configuration);
        }
        catch (OptionsValidationException e)
        {
            _log.LogError("The changed section Optimization was refused, the last good one stays in use. {Reason}", e.Message);
        }
    }
}
