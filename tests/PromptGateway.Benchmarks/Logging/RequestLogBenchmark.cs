using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Logging;

namespace PromptGateway.Benchmarks.Logging;

/// <summary>What the log line of one request costs: on the request's thread, with its masking and formatting, and when it is off.</summary>
[MemoryDiagnoser]
public class RequestLogBenchmark : IDisposable
{
    private const int Lines = 9000;

    private readonly RequestLine _line = new()
    {
        FinishedAt = DateTimeOffset.UnixEpoch,
        RequestId = "req_0123456789abcdef",
        Operation = "chat",
        Outcome = "ok",
        Status = 200,
        KeyId = "key_0123456789abcdef",
        Model = "gpt-4o-mini",
        Upstream = "openai",
        Attempts = 1,
        InputTokens = 1200,
        OutputTokens = 180,
        UsageSource = "provider",
        CostNanoUsd = 288_000,
        Duration = TimeSpan.FromMilliseconds(1834.221),
        FirstToken = TimeSpan.FromMilliseconds(312.4),
    };

    private readonly LineCounter _counter = new();
    private RequestLog _off = null!;
    private RequestLog _on = null!;

    [GlobalSetup]
    public void Setup()
    {
        _off = Build(("Serilog:MinimumLevel:Override:PromptGateway.Requests", "Warning")).Services.GetRequiredService<RequestLog>();
        _on = Build().Services.GetRequiredService<RequestLog>();
    }

    [Benchmark]
    public void Off() => _off.Finished(in _line);

    /// <summary>Everything, until the bytes have left, on whichever thread.</summary>
    [Benchmark(OperationsPerInvoke = Lines)]
    public void WrittenToTheEnd()
    {
        _counter.Expect(Lines);
        for (var i = 0; i < Lines; i++)
            _on.Finished(in _line);
        _counter.Wait();
    }

    public void Dispose()
    {
        _counter.Dispose();
        GC.SuppressFinalize(this);
    }

    private WebApplication Build(params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));
        builder.AddGatewayLogging(_counter);
        return builder.Build();
    }
}
