using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts;

/// <summary>Transforms with faults in a running gateway: no fault of theirs costs a request.</summary>
public sealed class OptimizationFaultTests
{
    [Theory]
    [InlineData("transform", "failed")]
    [InlineData("check", "failed")]
    [InlineData("edit before", "failed")]
    [InlineData("edit after", "failed")]
    [InlineData("choice of texts", "failed")]
    public async Task Fault_OfTheOnlyTransform_SendsTheOriginalAndSaysSo(string fault, string reason)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Broken(fault));

        var answer = await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat()));

        answer.EnsureSuccessStatusCode();
        upstream.Last.Text.ShouldBe(AgentPrompts.Chat());
        answer.Headers.GetValues("X-PromptGateway-Tokens-Saved").Single().ShouldBe("0");
        var row = await gateway.LedgerRowAsync(answer);
        row.OptimizationOutcome.ShouldBe("failed");
        row.OptimizationReason.ShouldBe(reason);
        row.SavedInputTokens.ShouldBe(0);
        (await FallbacksAsync(gateway)).ShouldEndWith(" 1");
    }

    [Theory]
    [InlineData("transform")]
    [InlineData("check")]
    [InlineData("edit before")]
    [InlineData("edit after")]
    public async Task Fault_OfOneTransform_LeavesTheOthersTheirWork(string fault)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Broken(fault), new JsonCompactTransform(fences: false));

        var answer = await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat()));

        upstream.Last.Text.ShouldBe(AgentPrompts.Chat(AgentPrompts.Compact).Replace("\\u0022", "\\\"").Replace("\\u00F6", "ö"));
        var row = await gateway.LedgerRowAsync(answer);
        row.OptimizationOutcome.ShouldBe("applied");
        row.OptimizationReason.ShouldBe("failed");
        (await FallbacksAsync(gateway)).ShouldEndWith(" 1");
    }

    [Theory]
    [InlineData("on")]
    [InlineData("experiment")]
    [InlineData("shadow")]
    public async Task Fault_AroundThePolicy_SendsTheOriginalAndIsCounted(string mode)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var transforms = new BrokenTransforms();
        var policy = new OptimizationPolicy("tested", transforms)
        {
            Mode = Enum.Parse<PolicyMode>(mode, ignoreCase: true),
            ControlShare = 0,
        };
        await using var gateway = await StartAsync(upstream, policy, Random.Shared);
        transforms.Break();

        var answer = await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat()));

        answer.EnsureSuccessStatusCode();
        upstream.Last.Text.ShouldBe(AgentPrompts.Chat());
        // The row's outcome is that of what was meant to be sent.
        (await gateway.LedgerRowAsync(answer)).OptimizationOutcome.ShouldBe(mode == "shadow" ? null : "failed");
        (await FallbacksAsync(gateway)).ShouldEndWith(" 1");
    }

    [Fact]
    public async Task Fault_OfTheSample_SendsTheRequestAndIsCounted()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var policy = new OptimizationPolicy("tested", [new JsonCompactTransform(fences: false)])
        {
            Mode = PolicyMode.Shadow,
            SampleShare = 0.5,
        };
        await using var gateway = await StartAsync(upstream, policy, new BrokenRandom());

        var answer = await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat()));

        answer.EnsureSuccessStatusCode();
        upstream.Last.Text.ShouldBe(AgentPrompts.Chat());
        (await FallbacksAsync(gateway)).ShouldEndWith(" 1");
    }

    private static ITransform Broken(string fault) =>
        fault switch
        {
            "transform" => new BrokenTransform(inCheck: false),
            "choice of texts" => new BrokenTransform(inCheck: false) { ThrowsAtOnce = true },
            "check" => new BrokenTransform(inCheck: true),
            _ => new BrokenEdit(beforeTexts: fault == "edit before"),
        };

    private static Task<TestGateway> StartAsync(FakeUpstream upstream, params ITransform[] transforms) =>
        StartAsync(upstream, new OptimizationPolicy("tested", transforms) { TimeBudget = TimeSpan.FromMinutes(1) }, Random.Shared);

    private static Task<TestGateway> StartAsync(FakeUpstream upstream, OptimizationPolicy policy, Random random) =>
        TestGateway.StartAsync(
            upstream.Environment,
            change: builder =>
            {
                builder.Services.AddSingleton(services => new OptimizationCatalog(
                    services.GetRequiredService<IConfiguration>(),
                    services.GetRequiredService<ILogger<OptimizationCatalog>>(),
                    configuration => OptimizationReader.Read(configuration) with { Default = PolicyChoice.Of(policy), Shadow = null }
                ));
                builder.Services.AddSingleton(services => new PromptOptimizer(
                    services.GetRequiredService<PolicyExecution>(),
                    services.GetRequiredService<ShadowQueue>(),
                    services.GetRequiredService<PolicySwitches>(),
                    random
                ));
            }
        );

    private static async Task<string> FallbacksAsync(TestGateway gateway) =>
        (await gateway.Management.GetStringAsync("/metrics"))
            .Split('\n')
            .Single(line => line.StartsWith("promptgateway_optimization_fallbacks_total{", StringComparison.Ordinal));
}
