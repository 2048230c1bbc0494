using PromptGateway.Keys;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Hosting;

/// <summary><c>/healthz</c>: the process lives. <c>/readyz</c>: it can serve, and is not being stopped.</summary>
internal sealed class Readiness(IHostApplicationLifetime lifetime, KeyRing keys, UpstreamCatalog catalog, UsageWriter ledger)
{
    /// <summary>What is wrong although it serves; null: nothing.</summary>
    public string? Trouble() =>
        ledger.IsFailing ? "the database does not take ledger rows, they wait"
        : !keys.IsCurrent ? "the key store cannot be reached, only keys of the configuration work"
        : null;

    /// <summary>Null when ready, else why not.</summary>
    public string? Obstacle()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return "stopping";
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return "starting";
        if (!keys.IsCurrent && keys.Declared.Count == 0)
            return "the key store cannot be reached";
        return catalog.Current.Upstreams.Count == 0 ? "no upstream is configured" : null;
    }
}
