using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace PromptGateway.RateLimits;

/// <summary>Takes over the section <c>RateLimits</c> when the configuration is read again; one with mistakes changes nothing.</summary>
internal sealed class RateLimitReload(IConfiguration configuration, RateLimitOptions options, ILogger<RateLimitReload> log)
    : IHostedService,
        IDisposable
{
    private IDisposable? _subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _subscription?.Dispose();

    private void Reload()
    {
        try
        {
            options.Configure(RateLimitOptions.ReadRules(configuration));
        }
        catch (OptionsValidationException e)
        {
            log.LogError("The rate limits of the configuration are not valid; the last good ones stay in force: {Faults}", e.Message);
        }
    }
}
