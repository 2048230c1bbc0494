using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Prompts.Models;

/// <summary>Requests with the policy <c>rewrite</c> through a whole gateway.</summary>
public sealed class RewriteRequestTests
{
    [Fact]
    public async Task Prompt_Rewritten_GoesUpstreamAndIsBookedOnARowOfItsOwn()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();

        var answer = await OptimizerUpstream.SendAsync(gateway, OptimizerUpstream.Chat(OptimizerUpstream.Original));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        upstream.Sent().ShouldBe(OptimizerUpstream.Improved);
        answer.Headers.GetValues("X-PromptGateway-Prompt-Rewritten").Single().ShouldBe("true");
        var row = await gateway.LedgerRowAsync(answer);
        var asked = await gateway.LedgerRowAsync(row.RequestId + ".opt1");
        asked.Operation.ShouldBe("prompt_optimization");
        asked.KeyId.ShouldBe(row.KeyId);
        asked.Usage.TotalTokens.ShouldBe(350);
        asked.CostNanoUsd.ShouldBe(300 * 100 + 50 * 400);
        row.OptimizerCostNanoUsd.ShouldBe(asked.CostNanoUsd!.Value);
        row.Optimization.ShouldBe("rewrite");
        row.OptimizationOutcome.ShouldBe("applied");
        // The cost of a question is in the sum of costs once.
        var total = await gateway.Services.GetRequiredService<IUsageLog>().ReportAsync(new UsageQuery(), CancellationToken.None);
        total.Total.Requests.ShouldBe(2);
        total.Total.CostNanoUsd.ShouldBe(asked.CostNanoUsd!.Value + row.CostNanoUsd!.Value);
    }

    [Fact]
    public async Task Question_Sent_AsksForStrictStructuredOutputAndHasTheGatewaysOwnCredentials()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();

        await OptimizerUpstream.SendAsync(gateway, OptimizerUpstream.Chat(OptimizerUpstream.Original));

        var asked = upstream.Asked.ShouldHaveSingleItem();
        asked.Headers["Authorization"].ShouldBe("Bearer " + FakeUpstream.Secret);
        var body = JsonNode.Parse(asked.Text)!;
        body["model"]!.GetValue<string>().ShouldBe("gpt-4.1-nano");
        body["store"]!.GetValue<bool>().ShouldBeFalse();
        var format = body["text"]!["format"]!;
        format["type"]!.GetValue<string>().ShouldBe("json_schema");
        format["strict"]!.GetValue<bool>().ShouldBeTrue();
        format["schema"]!["required"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task Conversation_NextTurn_RepeatsWhatWasSentAndAsksOnlyForTheNewPrompt()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        await OptimizerUpstream.SendAsync(gateway, OptimizerUpstream.Chat(OptimizerUpstream.Original));
        var first = upstream.Sent();
        upstream.Optimizer = (context, _) =>
            FakeUpstream.JsonAsync(
                context,
                OptimizerUpstream.Response(OptimizerUpstream.Rewrite("Now write the same text in verse, please."))
            );

        await OptimizerUpstream.SendAsync(
            gateway,
            OptimizerUpstream.Chat(OptimizerUpstream.Original, "Cats sleep.", "ok and now the same text but do it in verse")
        );

        upstream.Sent().ShouldBe(first);
        upstream.Sent(2).ShouldBe("Now write the same text in verse, please.");
        upstream.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Prompt_SentAgain_IsNotAskedAboutAgain()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        var body = OptimizerUpstream.Chat(OptimizerUpstream.Original);
        await OptimizerUpstream.SendAsync(gateway, body);

        var answer = await OptimizerUpstream.SendAsync(gateway, body);

        upstream.Sent().ShouldBe(OptimizerUpstream.Improved);
        upstream.Asked.ShouldHaveSingleItem();
        (await gateway.LedgerRowAsync(answer)).OptimizerCostNanoUsd.ShouldBe(0);
    }

    [Fact]
    public async Task Requests_ParallelAndTheSame_AskOnce()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        var gate = new TaskCompletionSource();
        upstream.Optimizer = async (context, _) =>
        {
            await gate.Task;
            await FakeUpstream.JsonAsync(context, OptimizerUpstream.Response(OptimizerUpstream.Rewrite(OptimizerUpstream.Improved)));
        };
        var body = OptimizerUpstream.Chat(OptimizerUpstream.Original);

        var sent = Enumerable.Range(0, 8).Select(_ => OptimizerUpstream.SendAsync(gateway, body)).ToArray();
        gate.SetResult();
        await Task.WhenAll(sent);

        upstream.Asked.ShouldHaveSingleItem();
        upstream.Answered.Count.ShouldBe(8);
        upstream.Answered.ShouldAllBe(request => request.Text == upstream.Answered[0].Text);
        upstream.Sent().ShouldBe(OptimizerUpstream.Improved);
    }

    public static TheoryData<string, string> BadAnswers =>
        new()
        {
            { OptimizerUpstream.Refusal, "optimizer_refused" },
            { OptimizerUpstream.Response("""{"improved_prompt": 3}"""), "optimizer_answer_malformed" },
            { OptimizerUpstream.Response("""{"improved_prompt":"\ud800","changes":[],"confidence":1}"""), "optimizer_answer_malformed" },
            { OptimizerUpstream.Response("Sure! Here is"), "optimizer_answer_malformed" },
            { OptimizerUpstream.Response(OptimizerUpstream.Rewrite(OptimizerUpstream.Improved, 0.2)), "low_confidence" },
            {
                OptimizerUpstream.Response(OptimizerUpstream.Rewrite("Write 4 sentences about cats for \"Felix\", not about dogs.")),
                "survivor_check_failed"
            },
            { "not json at all", "optimizer_error" },
        };

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task Optimizer_AnswersBadly_TheOriginalGoesUpstream(string response, string reason)
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Optimizer = (context, _) => FakeUpstream.JsonAsync(context, response);
        var body = OptimizerUpstream.Chat(OptimizerUpstream.Original);

        var answer = await OptimizerUpstream.SendAsync(gateway, body);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        upstream.Answered[^1].Text.ShouldBe(body);
        answer.Headers.GetValues("X-PromptGateway-Prompt-Rewritten").Single().ShouldBe("false");
        var row = await gateway.LedgerRowAsync(answer);
        row.OptimizationOutcome.ShouldBe("failed");
        row.OptimizationReason.ShouldBe(reason);
    }

    [Fact]
    public async Task Optimizer_AnswersWithAnError_TheOriginalGoesUpstream()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Optimizer = (context, _) => FakeUpstream.JsonAsync(context, """{"error":{"message":"no","type":"x","code":"y"}}""", 400);

        var answer = await OptimizerUpstream.SendAsync(gateway, OptimizerUpstream.Chat(OptimizerUpstream.Original));

        upstream.Sent().ShouldBe(OptimizerUpstream.Original);
        (await gateway.LedgerRowAsync(answer)).OptimizationReason.ShouldBe("optimizer_error");
    }

    [Fact]
    public async Task Optimizer_TakesTooLong_TheOriginalGoesUpstream()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        var clock = new ShiftedClock();
        await using var gateway = await upstream.StartGatewayAsync(clock);
        var asked = new TaskCompletionSource();
        upstream.Optimizer = async (context, _) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        var sent = OptimizerUpstream.SendAsync(gateway, OptimizerUpstream.Chat(OptimizerUpstream.Original));
        await asked.Task;
        clock.Advance(TimeSpan.FromSeconds(11));
        var answer = await sent;

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        upstream.Sent().ShouldBe(OptimizerUpstream.Original);
        (await gateway.LedgerRowAsync(answer)).OptimizationReason.ShouldBe("optimizer_timeout");
    }

    [Theory]
    [InlineData("Optimization:Models:MaxUsdPerRequest", "0.000001")]
    [InlineData("Optimization:Models:MaxUsdPerDay", "0.000001")]
    [InlineData("Optimization:Models:MaxTokensPerDay", "100")]
    public async Task Budget_OfTheOptimizerTooSmall_NothingIsAsked(string setting, string value)
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync(null, (setting, value));

        var answer = await OptimizerUpstream.SendAsync(gateway, OptimizerUpstream.Chat(OptimizerUpstream.Original));

        upstream.Asked.ShouldBeEmpty();
        upstream.Sent().ShouldBe(OptimizerUpstream.Original);
        (await gateway.LedgerRowAsync(answer)).OptimizationReason.ShouldBe("optimizer_budget");
    }

    [Theory]
    [InlineData("hi")]
    [InlineData("# Task\nWrite a text about cats.\n\n- three sentences\n- nothing about dogs\n- for children of five years")]
    public async Task Prompt_ShortOrGood_IsNotAskedAbout(string prompt)
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();

        await OptimizerUpstream.SendAsync(gateway, OptimizerUpstream.Chat(prompt));

        upstream.Asked.ShouldBeEmpty();
        upstream.Sent().ShouldBe(prompt);
    }

    [Fact]
    public async Task ToolTurn_WithRewrite_IsNotAskedAbout()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();

        await OptimizerUpstream.SendAsync(gateway, AgentPrompts.Chat());

        upstream.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Policy_WithoutAModel_IsRefusedWithWhatToDo()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Upstream);

        var answer = await OptimizerUpstream.SendAsync(gateway, OptimizerUpstream.Chat(OptimizerUpstream.Original));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;
        error["code"]!.GetValue<string>().ShouldBe("optimization_model_missing");
        error["message"]!.GetValue<string>().ShouldContain("Optimization:Models:Model");
    }

    [Fact]
    public async Task Configuration_RewriteWithoutAModel_IsRefusedAtTheStart()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();

        var failure = await Record.ExceptionAsync(() =>
            TestGateway.StartAsync(upstream.Upstream.Environment, configuration: new() { ["Optimization:Default"] = "rewrite" })
        );

        failure.ShouldBeOfType<OptionsValidationException>().Message.ShouldContain("Optimization:Models:Model");
    }

    [Fact]
    public async Task Preview_WithRewrite_ShowsBothTextsAndAsksOnce()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        var body = OptimizerUpstream.Chat(OptimizerUpstream.Original);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/prompts/optimize") { Content = AgentPrompts.Body(body) };
        request.Headers.Add("X-PromptGateway-Optimize", "rewrite");

        var preview = (await (await gateway.Client.SendAsync(request)).Content.ReadFromJsonAsync<JsonObject>())!;
        await OptimizerUpstream.SendAsync(gateway, body);

        preview["rewritten"]!["original_prompt"]!.GetValue<string>().ShouldBe(OptimizerUpstream.Original);
        preview["rewritten"]!["improved_prompt"]!.GetValue<string>().ShouldBe(OptimizerUpstream.Improved);
        preview["request"]!["messages"]![0]!["content"]!.GetValue<string>().ShouldBe(OptimizerUpstream.Improved);
        upstream.Asked.ShouldHaveSingleItem();
        upstream.Sent().ShouldBe(OptimizerUpstream.Improved);
    }
}
