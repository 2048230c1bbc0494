using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace PromptGateway.Metrics;

/// <summary>
/// The OpenTelemetry SDK's side of the metrics: which meters are collected, how much each may hold, and who reads them (Prometheus
/// always, an OTLP collector when one is configured).
/// </summary>
internal sealed class MetricsPipeline : IHostedService, IDisposable
{
    private readonly IMeterFactory _factory;
    private readonly MetricsOptions _options;
    private readonly MeterProvider _provider;

    public MetricsPipeline(IMeterFactory factory, GatewayMetrics metrics, MetricsOptions options)
    {
        _factory = factory;
        _options = options;
        var exporter = new PrometheusExporter();
        Scrape = new PrometheusScrape(exporter);
        var builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(TelemetryResource.Describe)
            .AddMeter(metrics.Meter.Name, "System.Runtime", "System.Net.Http", "Microsoft.AspNetCore.Server.Kestrel")
            .AddView(ViewOf)
            .AddReader(new BaseExportingMetricReader(exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative });
        if (OtlpTarget.From(options) is { } target)
            builder.AddOtlpExporter(exporter => target.Apply(exporter, "metrics"));
        _provider = builder.Build();
        metrics.StartAtZero();
    }

    public PrometheusScrape Scrape { get; }

    /// <summary>Collects from the start; the work is done by the constructor.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what an OTLP collector has not seen yet, and stops collecting.</summary>
    public void Dispose() => _provider.Dispose();

    private MetricStreamConfiguration? ViewOf(Instrument instrument)
    {
        // Meters are found by name in the whole process: those of another host in it (tests) are not ours.
        if (instrument.Meter.Scope is IMeterFactory other && !ReferenceEquals(other, _factory))
            return MetricStreamConfiguration.Drop;
        return instrument.Meter.Name switch
        {
            GatewayMetrics.MeterName => new MetricStreamConfiguration { CardinalityLimit = SeriesLimit(instrument) },
            // What YARP's client measures per request costs more than it tells: the gateway measures its requests itself.
            "System.Net.Http" => IsConnectionMetric(instrument.Name) && _options.ConnectionMetrics
                ? new MetricStreamConfiguration { CardinalityLimit = 200 }
                : MetricStreamConfiguration.Drop,
            _ => new MetricStreamConfiguration { Name = CleanName(instrument.Name), CardinalityLimit = 100 },
        };
    }

    private static bool IsConnectionMetric(string name) => name is "http.client.open_connections" or "http.client.connection.duration";

    /// <summary>The SDK sets memory aside for the whole limit; few instruments need more than a handful of series.</summary>
    private int SeriesLimit(Instrument instrument) =>
        instrument.Name switch
        {
            "gen_ai.client.token.usage" or "promptgateway.requests" or "promptgateway.tokens" or "promptgateway.cost" => _options.MaxSeries
                * 2,
            "promptgateway.price.unknown" => _options.MaxModels + 100,
            // 200 owners, of four periods at most, in three scopes.
            _ when instrument.Name.StartsWith("promptgateway.budget.", StringComparison.Ordinal) => 2400,
            _ when instrument.Name.StartsWith("gen_ai.", StringComparison.Ordinal) => _options.MaxSeries,
            _ => 500,
        };

    /// <summary>Prometheus keeps the ending <c>_count</c> for histograms: <c>promtool check metrics</c> objects to gauges with it.</summary>
    private static string CleanName(string name) =>
        name.EndsWith(".count", StringComparison.Ordinal) ? string.Concat(name.AsSpan(0, name.Length - ".count".Length), "s") : name;
}
