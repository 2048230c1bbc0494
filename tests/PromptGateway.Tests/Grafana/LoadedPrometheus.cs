using PromptGateway.Tests.Metrics;

namespace PromptGateway.Tests.Grafana;

/// <summary>A real Prometheus with the committed rules, that has watched a gateway under load for some seconds.</summary>
public sealed class LoadedPrometheus : IAsyncLifetime, IDisposable
{
    private const int Scrapes = 20;

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(3));
    private SimulatedLoad _load = null!;

    internal RunningPrometheus Prometheus { get; private set; } = null!;
    internal CancellationToken Limit => _limit.Token;

    public async Task InitializeAsync()
    {
        _load = await SimulatedLoad.StartAsync();
        Prometheus = await RunningPrometheus.StartAsync(
            new Uri(_load.Gateway.ManagementAddress, "/metrics"),
            Limit,
            Directory.GetFiles(RepositoryFiles.Of("grafana", "alerts"), "*.yml")
        );
        do await _load.RoundAsync();
        while (await ScrapesAsync() < Scrapes);
    }

    /// <summary>The values of a query, as soon as it has any: rules are evaluated twice a second, one after the other.</summary>
    internal async Task<List<double>> ValuesAsync(string query)
    {
        var patience = DateTime.UtcNow.AddSeconds(5);
        while (true)
        {
            var values = await Prometheus.ValuesAsync(query, Limit);
            if (values.Any(value => !double.IsNaN(value)) || DateTime.UtcNow > patience)
                return values;
            await Task.Delay(200, Limit);
        }
    }

    public async Task DisposeAsync()
    {
        Prometheus?.Dispose();
        await _load.DisposeAsync();
    }

    public void Dispose() => _limit.Dispose();

    private async Task<double> ScrapesAsync() =>
        (await Prometheus.ValuesAsync("count_over_time(promptgateway_requests_in_flight[5m])", Limit)).SingleOrDefault();
}
