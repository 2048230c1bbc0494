using PromptGateway.Simulator;

namespace PromptGateway.Hosting;

/// <summary>The simulator, started the first time that a configuration needs it, which is the only way to reach it.</summary>
internal sealed class BuiltInSimulator(TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private SimulatorHost? _host;

    /// <summary>Only called while a configuration is built, never on a request.</summary>
    public (Uri Address, string Secret) Start()
    {
        lock (_gate)
        {
            _host ??= Task.Run(() => SimulatorHost.StartAsync(new SimulatorOptions(), time, CancellationToken.None))
                .GetAwaiter()
                .GetResult();
            return (_host.BaseAddress, _host.Secret);
        }
    }

    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? ValueTask.CompletedTask;
}
