namespace PromptGateway.Tests.Simulator;

/// <summary>Base of tests that share one simulator per test.</summary>
public abstract class SimulatorTests : IAsyncLifetime
{
    private protected RunningSimulator Simulator { get; private set; } = null!;

    public async Task InitializeAsync() => Simulator = await RunningSimulator.StartAsync();

    public async Task DisposeAsync() => await Simulator.DisposeAsync();
}
