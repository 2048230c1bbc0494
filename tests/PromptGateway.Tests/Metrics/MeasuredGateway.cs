using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Metrics;

namespace PromptGateway.Tests.Metrics;

/// <summary>The metrics of a gateway without the gateway: record, then read what a scrape would say.</summary>
internal sealed class MeasuredGateway : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public MeasuredGateway(MetricsOptions? options = null, TimeProvider? time = null)
    {
        options ??= new MetricsOptions();
        Factory = _services.GetRequiredService<IMeterFactory>();
        Metrics = new GatewayMetrics(Factory, options, time ?? TimeProvider.System);
        Pipeline = new MetricsPipeline(Factory, Metrics, options);
    }

    public IMeterFactory Factory { get; }
    public GatewayMetrics Metrics { get; }
    public MetricsPipeline Pipeline { get; }

    public static RequestMeasurement Chat(string? model = "gpt-4o", string key = "app", int status = 200) =>
        new()
        {
            Operation = "chat",
            Outcome = status == 200 ? "ok" : "upstream_error",
            Status = status,
            Upstream = "openai-1",
            Provider = "openai",
            OriginalModel = model,
            RequestModel = model,
            ResponseModel = model,
            Key = key,
            Team = "search",
            ErrorType = status == 200 ? null : status.ToString(CultureInfo.InvariantCulture),
            UsageSource = status == 200 ? "provider" : null,
            InputTokens = 100,
            CachedInputTokens = 40,
            OutputTokens = 11,
            CostNanoUsd = 1_500_000,
            Duration = TimeSpan.FromSeconds(3),
            FirstToken = TimeSpan.FromSeconds(1),
            Overhead = TimeSpan.FromMicroseconds(80),
        };

    public async Task<string> ScrapeAsync() => Encoding.UTF8.GetString((await Pipeline.Scrape.Run()).Span);

    /// <summary>The samples of one name: what stands between the name and the value, and the value.</summary>
    public async Task<Dictionary<string, double>> SamplesAsync(string name)
    {
        var samples = new Dictionary<string, double>();
        foreach (var line in (await ScrapeAsync()).Split('\n'))
        {
            if (!line.StartsWith(name + "{", StringComparison.Ordinal) && !line.StartsWith(name + " ", StringComparison.Ordinal))
                continue;
            var value = line.LastIndexOf(' ');
            samples.Add(line[name.Length..value], double.Parse(line[(value + 1)..], CultureInfo.InvariantCulture));
        }
        return samples;
    }

    /// <summary>The samples of a counter that have counted something: those known beforehand are there from the start, at zero.</summary>
    public async Task<Dictionary<string, double>> CountedAsync(string name) =>
        (await SamplesAsync(name)).Where(sample => sample.Value != 0).ToDictionary();

    public void Dispose()
    {
        Pipeline.Dispose();
        _services.Dispose();
    }
}
