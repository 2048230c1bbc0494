using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Metrics;

namespace PromptGateway.Benchmarks.Metrics;

/// <summary>What the measuring of one finished request costs, with the OpenTelemetry SDK collecting.</summary>
[MemoryDiagnoser]
public class RecordRequestBenchmark
{
    private ServiceProvider _services = null!;
    private GatewayMetrics _metrics = null!;
    private UpDownCounter<long> _connections = null!;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = _services.GetRequiredService<IMeterFactory>();
        var options = new MetricsOptions();
        _metrics = new GatewayMetrics(factory, options, TimeProvider.System);
        _ = new MetricsPipeline(factory, _metrics, options);
        _connections = _metrics.Meter.CreateUpDownCounter<long>("connections");
    }

    [GlobalCleanup]
    public void Cleanup() => _services.Dispose();

    [Benchmark]
    public void StreamWithFiveTokenTypes() => _metrics.Record(Stream("gpt-4o"));

    [Benchmark]
    public void PlainAnswerWithTwoTokenTypes() =>
        _metrics.Record(
            new RequestMeasurement
            {
                Operation = "chat",
                Outcome = "ok",
                Status = 200,
                Upstream = "openai",
                Provider = "openai",
                OriginalModel = "gpt-4o",
                RequestModel = "gpt-4o",
                ResponseModel = "gpt-4o-2024-08-06",
                Key = "app",
                UsageSource = "provider",
                InputTokens = 900,
                OutputTokens = 80,
                CostNanoUsd = 1_000_000,
                Duration = TimeSpan.FromSeconds(2),
                Overhead = TimeSpan.FromMicroseconds(90),
            }
        );

    /// <summary>A refused model name never seen before, each time: the path past the cache.</summary>
    [Benchmark]
    public void RefusedInventedModel() =>
        _metrics.Record(
            new RequestMeasurement
            {
                Operation = "chat",
                Outcome = "refused",
                Status = 404,
                OriginalModel = Names[_next++ & 1023],
                Key = "app",
                Duration = TimeSpan.FromMicroseconds(50),
                Overhead = TimeSpan.FromMicroseconds(50),
            }
        );

    [Benchmark]
    public void AttemptFinished() => _metrics.AttemptFinished("openai", "ok", 200);

    /// <summary>What .NET's own connection gauge adds per change of state of an upstream connection.</summary>
    [Benchmark]
    public void ConnectionBecomesBusy()
    {
        _connections.Add(-1, Connection("idle"));
        _connections.Add(1, Connection("active"));
    }

    private static System.Diagnostics.TagList Connection(string state) =>
        [
            new("http.connection.state", state),
            new("network.protocol.version", "1.1"),
            new("url.scheme", "https"),
            new("server.address", "api.openai.com"),
            new("server.port", 443),
            new("network.peer.address", "10.0.0.1"),
        ];

    private static readonly string[] Names = [.. Enumerable.Range(0, 1024).Select(i => $"invented-{i}")];

    private static RequestMeasurement Stream(string model) =>
        new()
        {
            Operation = "chat",
            Outcome = "ok",
            Status = 200,
            Upstream = "openai",
            Provider = "openai",
            OriginalModel = model,
            RequestModel = model,
            ResponseModel = "gpt-4o-2024-08-06",
            Key = "app",
            Team = "search",
            UsageSource = "provider",
            InputTokens = 1_000,
            CachedInputTokens = 512,
            CacheWriteTokens = 100,
            OutputTokens = 200,
            ReasoningTokens = 64,
            CostNanoUsd = 4_500_000,
            Duration = TimeSpan.FromSeconds(3),
            FirstToken = TimeSpan.FromMilliseconds(300),
            Overhead = TimeSpan.FromMicroseconds(120),
        };
}
