using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace PromptGateway.Prompts.Optimization;

/// <summary>The settings in use. A changed configuration that is wrong changes nothing: the last good one stays.</summary>
internal sealed class OptimizationCatalog : IDisposable
{
    private readonly IConfiguration _configuration;
    private readonly ILogger<OptimizationCatalog> _log;
    private readonly IDisposable _watch;
    private volatile OptimizationSettings _current;

    /// <exception cref="OptionsValidationException">The configuration at start is wrong.</exception>
    public OptimizationCatalog(IConfiguration configuration, ILogger<OptimizationCatalog> log)
    {
        (_configuration, _log) = (configuration, log);
        _current = OptimizationReader.Read(configuration);
        _watch = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    public OptimizationSettings Current => _current;

    public void Dispose() => _watch.Dispose();

    private void Reload()
    {
        try
        {
            _current = OptimizationReader.Read(_configuration);
        }
        catch (OptionsValidationException e)
        {
            _log.LogError("The changed section Optimization was refused, the last good one stays in use. {Reason}", e.Message);
        }
    }
}
