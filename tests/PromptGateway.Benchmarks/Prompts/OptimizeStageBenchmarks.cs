using System.Buffers;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.Prompts;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Prompts.Policies;
using PromptGateway.Providers.Simulator;
using PromptGateway.Routing;

namespace PromptGateway.Benchmarks.Prompts;

/// <summary>
/// What the optimizer's stage adds to a request: chats without tool results, which the default policy passes over, and a prompt of 100 KB
/// with tool results under <c>safe</c>, as new and with all but nothing new since the turn before.
/// </summary>
[MemoryDiagnoser]
public class OptimizeStageBenchmarks
{
    private ServiceProvider _services = null!;
    private OptimizePromptStage _forgetful = null!;
    private OptimizePromptStage _remembering = null!;
    private DefaultHttpContext _small = null!;
    private DefaultHttpContext _large = null!;
    private DefaultHttpContext _agent = null!;

    [GlobalSetup]
    public void Setup()
    {
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        _forgetful = Stage(0);
        _remembering = Stage(64 << 20);
        _small = Request(JsonSamples.ChatRequest(1_000));
        _large = Request(JsonSamples.ChatRequest(100_000));
        _agent = Request(ToolConversation.Build(100_000));
        if (
            _remembering.InvokeAsync(_agent).IsFaulted
            || _agent.FindNoun<PromptOptimization>()?.Result?.Outcome != OptimizationOutcome.Applied
        )
            throw new InvalidOperationException("The prompt with tool results was not optimized.");
        if (_small.FindNoun<PromptOptimization>() is not null)
            throw new InvalidOperationException("The plain chat was looked at.");
    }

    [GlobalCleanup]
    public void Cleanup() => _services.Dispose();

    [Benchmark]
    public Task PlainChat1Kb() => _remembering.InvokeAsync(_small);

    [Benchmark]
    public Task PlainChat100Kb() => _remembering.InvokeAsync(_large);

    [Benchmark]
    public Task SafeFirstTurn100Kb() => _forgetful.InvokeAsync(_agent);

    [Benchmark]
    public Task SafeNextTurn100Kb() => _remembering.InvokeAsync(_agent);

    private OptimizePromptStage Stage(int cacheBytes)
    {
        var metrics = new OptimizationMetrics(
            new GatewayMetrics(_services.GetRequiredService<IMeterFactory>(), new MetricsOptions(), TimeProvider.System)
        );
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["Optimization:Shadow:Share"] = "0",
                    ["Optimization:Policies:safe:MaxAddedMilliseconds"] = "1000",
                }
            )
            .Build();
        var catalog = new OptimizationCatalog(configuration, NullLogger<OptimizationCatalog>.Instance);
        var runner = new PolicyRunner(TimeProvider.System, new SegmentCache(() => cacheBytes, TimeProvider.System));
        var execution = new PolicyExecution(runner, metrics, TimeProvider.System);
        var optimizer = new PromptOptimizer(execution, new ShadowQueue(execution, catalog), new PolicySwitches(), new Random(1));
        // None of these policies asks a model.
        var asking = new PolicyAsking(null!, TimeProvider.System);
        return new OptimizePromptStage(_ => Task.CompletedTask, catalog, optimizer, asking, metrics);
    }

    private static DefaultHttpContext Request(byte[] json)
    {
        var body = new PooledBody(json.Length);
        body.Append(new ReadOnlySequence<byte>(json));
        var upstream = new Upstream
        {
            Id = "openai",
            Provider = new SimulatorProvider(),
            Models = ["*"],
            Origin = "here",
            Address = new Uri("http://127.0.0.1/v1"),
        };
        var context = new DefaultHttpContext();
        context.SetNoun(new GatewayEndpoint(Operation.Chat, "chat", BodyKind.Json));
        context.SetNoun(new RequestedModel("gpt-4o"));
        context.SetNoun(new TargetList([new Target(upstream, "gpt-4o", null)]));
        context.SetNoun(
            new Caller
            {
                Key = null,
                Id = "key_a",
                Name = "app",
            }
        );
        context.SetNoun(new Prompt { Body = body });
        return context;
    }
}
