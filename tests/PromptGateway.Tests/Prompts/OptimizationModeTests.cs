using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts;

/// <summary>The modes of policies in a whole gateway.</summary>
public sealed class OptimizationModeTests
{
    [Fact]
    public async Task Header_Shadow_SendsTheOriginalAndRecordsWhatWouldHaveBeenSaved()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await SendAsync(gateway, "shadow");

        upstream.Last.Text.ShouldBe(AgentPrompts.Chat());
        answer.Headers.GetValues("X-PromptGateway-Tokens-Saved").Single().ShouldBe("0");
        var row = await gateway.LedgerRowAsync(answer);
        row.Optimization.ShouldBe("safe");
        row.OptimizationMode.ShouldBe("shadow");
        row.SavedInputTokens.ShouldBe(0);
        row.ShadowPolicy.ShouldBe("safe");
        row.ShadowOutcome.ShouldBe("applied");
        row.ShadowSavedTokens.ShouldBeGreaterThan(0);
        row.ShadowSavedNanoUsd.ShouldBe(row.ShadowSavedTokens * 125);
        row.ShadowTokensBefore.ShouldBe(row.Usage.InputTokens);
        JsonNode.Parse(row.ShadowDetail!)!["transforms"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Shadow_OnTheWholeSample_ComputesAnotherPolicyBesideTheOneThatIsOn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new() { ["Optimization:Shadow:Share"] = "1" }
        );

        var answer = await SendAsync(gateway, null);

        var row = await gateway.LedgerRowAsync(answer);
        row.OptimizationOutcome.ShouldBe("applied");
        row.SavedInputTokens.ShouldBeGreaterThan(0);
        row.ShadowPolicy.ShouldBe("lossless");
        row.ShadowSavedTokens.ShouldBeGreaterThanOrEqualTo(row.SavedInputTokens);
        row.ShadowTokensBefore.ShouldBe(row.Usage.InputTokens + row.SavedInputTokens);
    }

    [Fact]
    public async Task Shadow_QueueFull_IsDroppedAndCountedAndTheRowIsWritten()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new() { ["Optimization:Shadow:MaxQueuedBytes"] = "100" }
        );

        var answer = await SendAsync(gateway, "shadow");

        (await gateway.LedgerRowAsync(answer)).ShadowOutcome.ShouldBe("dropped");
        Value(await gateway.Management.GetStringAsync("/metrics"), "fallbacks_total", "policy=\"safe\"", "reason=\"shadow_queue_full\"")
            .ShouldBe(1);
    }

    [Theory]
    [InlineData("0", "treatment", "on")]
    [InlineData("1", "control", "control")]
    public async Task Experiment_Arm_IsOnTheLedgerAndOnlyTheTreatmentIsOptimized(string controlShare, string arm, string mode)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new()
            {
                ["Optimization:Policies:safe:Mode"] = "experiment",
                ["Optimization:Policies:safe:ControlShare"] = controlShare,
            }
        );

        var answer = await SendAsync(gateway, null);

        (upstream.Last.Text == AgentPrompts.Chat()).ShouldBe(arm == "control");
        var row = await gateway.LedgerRowAsync(answer);
        row.OptimizationArm.ShouldBe(arm);
        row.OptimizationMode.ShouldBe(mode);
        row.Conversation!.Length.ShouldBe(16);
    }

    [Fact]
    public async Task Experiment_SwitchedOff_SendsTheOriginal()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new() { ["Optimization:Mode"] = "experiment", ["Optimization:Policies:safe:ControlShare"] = "0" }
        );
        gateway.Services.GetRequiredService<PolicySwitches>().TurnOff("safe", "gpt-4o-mini").ShouldBeTrue();

        var answer = await SendAsync(gateway, null);

        upstream.Last.Text.ShouldBe(AgentPrompts.Chat());
        (await gateway.LedgerRowAsync(answer)).OptimizationMode.ShouldBe("off");
    }

    [Fact]
    public async Task Requests_ByPolicyModeAndOutcome_AreCounted()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        await SendAsync(gateway, null);
        await SendAsync(gateway, "off");
        await gateway.Client.PostAsync(
            "/v1/chat/completions",
            AgentPrompts.Body("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}""")
        );

        var metrics = await gateway.Management.GetStringAsync("/metrics");
        Value(metrics, "requests_total", "policy=\"safe\"", "mode=\"on\"", "outcome=\"applied\"").ShouldBe(1);
        Value(metrics, "requests_total", "policy=\"safe\"", "mode=\"on\"", "outcome=\"skipped\"").ShouldBe(1);
        Value(metrics, "requests_total", "policy=\"none\"", "mode=\"off\"", "outcome=\"skipped\"").ShouldBe(1);
        Value(metrics, "tokens_saved_total", "policy=\"safe\"", "mode=\"on\"", "transform=\"json-compact\"").ShouldBeGreaterThan(0);
        Value(metrics, "saved_usd_total", "policy=\"safe\"", "mode=\"on\"", "team=\"none\"", "model=\"gpt-4o-mini\"")
            .ShouldBeGreaterThan(0);
        Value(metrics, "input_tokens_total", "policy=\"safe\"", "mode=\"on\"").ShouldBe(12);
        Value(metrics, "duration_seconds_count", "policy=\"safe\"", "mode=\"on\"").ShouldBe(1);
    }

    /// <summary>Of the one series with these labels.</summary>
    private static double Value(string metrics, string name, params string[] labels)
    {
        var line = metrics
            .Split('\n')
            .Where(line => line.StartsWith("promptgateway_optimization_" + name + "{", StringComparison.Ordinal))
            .SingleOrDefault(line => labels.All(line.Contains))
            .ShouldNotBeNull($"{name} {string.Join(',', labels)}");
        return double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    private static Task<HttpResponseMessage> SendAsync(TestGateway gateway, string? header)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = AgentPrompts.Body(AgentPrompts.Chat()) };
        if (header is not null)
            request.Headers.Add("X-PromptGateway-Optimize", header);
        return gateway.Client.SendAsync(request);
    }
}
