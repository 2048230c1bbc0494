using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Experiments.Switches;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tests.Prompts;
using PromptGateway.Tests.Storage;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Experiments;

/// <summary>An experiment in a running gateway whose upstream fails on optimized prompts.</summary>
public sealed class SwitchOffTests : IDisposable
{
    private const string Switches = "/admin/optimization/switches";
    private readonly TempDirectory _data = new();

    [Fact]
    public async Task HarmfulPolicy_IsSwitchedOffSaysSoSurvivesARestartAndCanBeSetBack()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, received) =>
                Encoding.UTF8.GetString(received.Body).Contains("[1,2,3]", StringComparison.Ordinal)
                    ? FakeUpstream.JsonAsync(context, """{"error":{"message":"no","type":"invalid_request_error"}}""", 400)
                    : FakeUpstream.JsonAsync(context, ChatAnswers.Plain)
        );
        using var log = new MemoryStream();
        await using (var gateway = await StartAsync(upstream, log))
        {
            for (var conversation = 0; conversation < 80; conversation++)
                (await AskAsync(gateway, conversation)).Dispose();
            await gateway.Services.GetRequiredService<UsageWriter>().FlushAsync(default);
            // A request of a later hour shows that the conversations are over.
            gateway.Services.GetRequiredService<ExperimentWatch>().Observe([Later()]);

            var listed = await ReadAsync(gateway);
            var off = listed["switches"]!.AsArray().ShouldHaveSingleItem()!;
            (off["policy"]!.GetValue<string>(), off["model"]!.GetValue<string>(), off["is_off"]!.GetValue<bool>()).ShouldBe(
                ("safe", "gpt-4o-mini", true)
            );
            off["metric"]!.GetValue<string>().ShouldBe("error_rate");
            (await gateway.Management.GetStringAsync("/metrics")).ShouldContain(
                "promptgateway_optimization_switched_off{policy=\"safe\",route=\"gpt-4o-mini\"} 1"
            );
            using var now = await AskAsync(gateway, 1000);
            now.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await gateway.LedgerRowAsync(now)).OptimizationMode.ShouldBe("off");
            await gateway.Services.GetRequiredService<ExperimentWatcher>().SyncAsync(default);
        }
        Encoding.UTF8.GetString(log.ToArray()).ShouldContain("is switched off for");

        await using var restarted = await StartAsync(upstream, Stream.Null);
        restarted.Services.GetRequiredService<PolicySwitches>().IsOff("safe", "gpt-4o-mini").ShouldBeTrue();

        var reset = await restarted.Management.PostAsync(Switches + "/reset?policy=safe&model=gpt-4o-mini", null);
        reset.StatusCode.ShouldBe(HttpStatusCode.OK);
        restarted.Services.GetRequiredService<PolicySwitches>().IsOff("safe", "gpt-4o-mini").ShouldBeFalse();
        (await ReadAsync(restarted))["switches"]![0]!["is_off"]!.GetValue<bool>().ShouldBeFalse();
        var again = await restarted.Management.PostAsync(Switches + "/reset?policy=safe&model=gpt-4o-mini", null);
        again.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task PolicySwitchedOff_ForTheNameThatCallersUse_IsOffForThatNameOnly()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, Stream.Null, YarpFile.One(upstream.Address, ("Aliases", "fast=gpt-4o-mini")));
        gateway.Services.GetRequiredService<PolicySwitches>().TurnOff("safe", "fast");

        using var off = await AskAsync(gateway, 1, model: "fast");
        using var on = await AskAsync(gateway, 1);

        (await gateway.LedgerRowAsync(off)).OptimizationMode.ShouldBe("off");
        (await gateway.LedgerRowAsync(on)).OptimizationArm.ShouldNotBeNull();
    }

    [Fact]
    public async Task Experiment_ShowsFeedbackInTheReportAndIsReadAgainAfterARestart()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using (var gateway = await StartAsync(upstream, Stream.Null))
        {
            for (var conversation = 0; conversation < 6; conversation++)
            {
                using var answer = await AskAsync(gateway, conversation);
                var id = answer.Headers.GetValues("x-request-id").Single();
                using var thumb = await gateway.Client.PostAsync("/v1/feedback", ChatRequests.Json($$"""{"id":"{{id}}","thumbs":"up"}"""));
                thumb.StatusCode.ShouldBe(HttpStatusCode.OK);
            }
            var arms = JsonNode.Parse(await gateway.Management.GetStringAsync("/admin/optimization/report"))!["arms"]![0]!;
            var feedback = arms["figures"]!.AsArray().Single(figure => figure!["figure"]!.GetValue<string>() == "feedback_score")!;
            var given =
                (feedback["treatment"]?["observations"]?.GetValue<int>() ?? 0)
                + (feedback["control"]?["observations"]?.GetValue<int>() ?? 0);
            given.ShouldBe(6);
        }

        await using var restarted = await StartAsync(upstream, Stream.Null);
        var watch = restarted.Services.GetRequiredService<ExperimentWatch>();
        for (var tries = 0; tries < 1000 && watch.Read((_, _, route) => route.OpenConversations).Sum() < 6; tries++)
            await Task.Delay(10);
        watch
            .Read((_, _, route) => (route.OpenConversations, route.Metrics[3].Test.Treatment.Count + route.Metrics[3].Test.Control.Count))
            .ShouldBe([(6, 6)]);
    }

    [Theory]
    [InlineData("{\\\"a\\\":1}", 1, 0)]
    [InlineData("{\\\"a\\\":", 1, 1)]
    [InlineData("[]", 1, 1)]
    public async Task ToolCalls_OfAnExperiment_AreJudgedByTheirArguments(string arguments, int calls, int invalid)
    {
        var answer = ChatAnswers.Plain.Replace(
            "\"refusal\":null",
            $$$"""
            "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{{{arguments}}}"}}]
            """,
            StringComparison.Ordinal
        );
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.JsonAsync(context, answer));
        await using var gateway = await StartAsync(upstream, Stream.Null);

        using var response = await AskAsync(gateway, 1);
        var row = await gateway.LedgerRowAsync(response);

        row.OptimizationArm.ShouldNotBeNull();
        (row.ToolCalls, row.InvalidToolCalls).ShouldBe((calls, invalid));
    }

    [Theory]
    [InlineData("{\\\"a\\\":1}", true, 1, 0)]
    [InlineData("{\\\"a\\\":", true, 1, 1)]
    [InlineData("{\\\"a\\\":", false, null, null)]
    public async Task ToolCalls_OfAStreamInAnExperiment_AreJudgedWhenItHasComeToItsEnd(
        string arguments,
        bool whole,
        int? calls,
        int? invalid
    )
    {
        var call = $$$"""
            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-4o-mini","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{{{arguments}}}"}}]},"finish_reason":null}]}


            """;
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                FakeUpstream.StreamAsync(context, whole ? [call, ChatAnswers.Finish, ChatAnswers.UsageChunk, ChatAnswers.Done] : [call])
        );
        await using var gateway = await StartAsync(upstream, Stream.Null);

        using var response = await AskAsync(gateway, 1, stream: true);
        await Record.ExceptionAsync(() => response.Content.ReadAsStringAsync());
        var row = await gateway.LedgerRowAsync(response);

        row.OptimizationArm.ShouldNotBeNull();
        (row.ToolCalls, row.InvalidToolCalls).ShouldBe((calls, invalid));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?policy=safe")]
    [InlineData("?policy=safe&model=m&force=yes")]
    public async Task Reset_WithBadParameters_SaysWhichAndWhy(string query)
    {
        await using var gateway = await TestGateway.StartAsync();

        (await gateway.Management.PostAsync(Switches + "/reset" + query, null)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await gateway.Management.PostAsync(Switches + "/reset?policy=safe&model=m", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    public void Dispose() => _data.Dispose();

    private Task<TestGateway> StartAsync(FakeUpstream upstream, Stream log, string? yarp = null)
    {
        var configuration = new Dictionary<string, string?>
        {
            ["Optimization:Default"] = "safe",
            ["Optimization:Mode"] = "experiment",
            ["Optimization:Shadow:Share"] = "0",
        };
        return TestGateway.StartAsync(
            yarp is null ? upstream.Environment : null,
            yarp,
            configuration: configuration,
            settings: settings => settings with { Data = _data.Path },
            logOutput: log
        );
    }

    private static Task<HttpResponseMessage> AskAsync(
        TestGateway gateway,
        int conversation,
        bool stream = false,
        string model = "gpt-4o-mini"
    )
    {
        var body = $$$"""
            {"model":"{{{model}}}","messages":[{"role":"user","content":"Question {{{conversation}}} {{{AgentPrompts.Manual}}}"},
             {"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"list","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c1","content":"[   1,      2,      3   ]                                         "}]}
            """;
        if (!stream)
            return gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(body));
        return gateway.Client.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, ChatRequests.Path) { Content = ChatRequests.Json("{\"stream\":true," + body[1..]) },
            HttpCompletionOption.ResponseHeadersRead
        );
    }

    private static UsageRecord Later() =>
        SampleRows.Plain("later") with
        {
            StartedAt = DateTimeOffset.UtcNow.AddHours(1),
            UpstreamModel = "gpt-4o-mini",
            Optimization = "safe",
            OptimizationMode = "control",
            OptimizationArm = "control",
            Conversation = "later",
        };

    private static async Task<JsonNode> ReadAsync(TestGateway gateway) =>
        JsonNode.Parse(await gateway.Management.GetStringAsync(Switches))!;
}
