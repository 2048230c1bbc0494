using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts;

/// <summary>Policies that are named by keys, and by a configuration that changes, in a running gateway.</summary>
public sealed class KeyPolicyTests
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("off", null, "off", true)]
    [InlineData("shadow", "safe", "shadow", true)]
    [InlineData("on", "safe", "on", false)]
    [InlineData("Lossless", "lossless", "on", false)]
    public async Task Key_WithAPolicy_GetsThatOneAndOthersTheDefault(string word, string? policy, string mode, bool original)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, $$""","policy":"{{word}}" """);
        using var caller = client;

        var answer = await caller.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat()));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (upstream.Last.Text == AgentPrompts.Chat()).ShouldBe(original);
        if (policy is not null)
        {
            var row = await gateway.LedgerRowAsync(answer);
            row.Optimization.ShouldBe(policy);
            row.OptimizationMode.ShouldBe(mode);
        }
        var other = await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat()));
        (await gateway.LedgerRowAsync(other)).Optimization.ShouldBe("safe");
    }

    [Fact]
    public async Task Key_ThatNamesAPolicyWhichIsGone_GetsTheDefaultAndIsCounted()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, ",\"policy\":\"bygone\"");
        using var caller = client;

        var answer = await caller.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat()));

        (await gateway.LedgerRowAsync(answer)).Optimization.ShouldBe("safe");
        (await AdminCalls.MetricsAsync(gateway)).ShouldContain("reason=\"unknown_policy\"");
    }

    [Fact]
    public async Task File_Changed_IsInUseWithoutARestartAndABrokenOneChangesNothing()
    {
        var clock = new TestClock();
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: Settings(upstream, "off"),
            change: builder => builder.Services.AddSingleton<TimeProvider>(clock)
        );
        (await IsOptimizedAsync(gateway, upstream)).ShouldBeFalse();

        await ChangeAsync(gateway, clock, Settings(upstream, "safe"));
        (await IsOptimizedAsync(gateway, upstream)).ShouldBeTrue();

        await ChangeAsync(gateway, clock, Settings(upstream, "no-such-policy"));
        (await IsOptimizedAsync(gateway, upstream)).ShouldBeTrue();

        await ChangeAsync(gateway, clock, Settings(upstream, "off"));
        (await IsOptimizedAsync(gateway, upstream)).ShouldBeFalse();
    }

    private static string Settings(FakeUpstream upstream, string policy)
    {
        var file = JsonNode.Parse(YarpFile.One(upstream.Address))!;
        file["Optimization"] = new JsonObject { ["Default"] = policy };
        return file.ToJsonString();
    }

    /// <summary>Returns when the change was judged, whatever came of it.</summary>
    private static async Task ChangeAsync(TestGateway gateway, TestClock clock, string file)
    {
        var judged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Services.GetRequiredService<PromptGateway.Configuration.ConfigurationWatch>().Reloaded += _ => judged.TrySetResult();
        await File.WriteAllTextAsync(gateway.ConfigFile, file);
        while (await Task.WhenAny(judged.Task, Task.Delay(5)) != judged.Task)
            clock.Advance(Poll);
    }

    private static async Task<bool> IsOptimizedAsync(TestGateway gateway, FakeUpstream upstream)
    {
        (await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat()))).StatusCode.ShouldBe(
            HttpStatusCode.OK
        );
        return upstream.Last.Text != AgentPrompts.Chat();
    }
}
