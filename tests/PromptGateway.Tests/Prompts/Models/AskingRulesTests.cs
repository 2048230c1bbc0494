using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Text;
using OpenAI;
using OpenAI.Chat;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts.Models;

/// <summary>When a model is asked, who pays, and what is kept of it.</summary>
public sealed class AskingRulesTests
{
    [Fact]
    public async Task Sdk_KeyWithThePolicy_HasItsPromptsRewritten()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync(null, ("Optimization:Default", "rewrite"));
        var client = gateway.NewOpenAIClient().GetChatClient("gpt-4o-mini");

        ChatCompletion answer = await client.CompleteChatAsync(OptimizerUpstream.Original);

        answer.Content[0].Text.ShouldBe("Hello there");
        upstream.Answered.ShouldHaveSingleItem().Text.ShouldContain("Do not write about dogs");
    }

    [Theory]
    [InlineData("/v1/responses", """{"model":"gpt-4o-mini","input":"PROMPT"}""")]
    [InlineData("/v1/responses", """{"model":"gpt-4o-mini","input":[{"role":"user","content":[{"type":"input_text","text":"PROMPT"}]}]}""")]
    [InlineData("/v1/messages", """{"model":"claude-sonnet-4-5","max_tokens":10,"messages":[{"role":"user","content":"PROMPT"}]}""")]
    public async Task OtherFormats_WithRewrite_AreRewrittenInPlace(string path, string body)
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = AgentPrompts.Body(body.Replace("PROMPT", OptimizerUpstream.Original.Replace("\"", "\\\""))),
        };
        request.Headers.Add("X-PromptGateway-Optimize", "rewrite");

        await gateway.Client.SendAsync(request);

        upstream.Upstream.Last.Text.ShouldBe(body.Replace("PROMPT", OptimizerUpstream.Improved.Replace("\"", "\\\"")));
    }

    [Theory]
    [InlineData("shadow", "0.5")]
    [InlineData("experiment", "1")]
    [InlineData("off", "0")]
    public async Task Mode_InWhichTheOriginalIsSent_AsksNothing(string mode, string control)
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync(
            null,
            ("Optimization:Default", "rewrite"),
            ("Optimization:Policies:rewrite:Mode", mode),
            ("Optimization:Policies:rewrite:ControlShare", control)
        );

        await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(OptimizerUpstream.Chat(OptimizerUpstream.Original)));

        upstream.Asked.ShouldBeEmpty();
        upstream.Sent().ShouldBe(OptimizerUpstream.Original);
    }

    [Fact]
    public async Task Budget_OfTheKey_HoldsQuestionAndAnswerAndIsBalanced()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        var (key, client) = await AdminCalls.NewKeyAsync(gateway, ""","budgets":[{"usd":1}]""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = AgentPrompts.Body(OptimizerUpstream.Chat(OptimizerUpstream.Original)),
        };
        request.Headers.Add("X-PromptGateway-Optimize", "rewrite");

        var row = await gateway.LedgerRowAsync(await client.SendAsync(request));

        var asked = await gateway.LedgerRowAsync(row.RequestId + ".opt1");
        var budget = (await AdminCalls.BudgetsAsync(gateway, key))[0]!;
        budget["spent"]!.GetValue<decimal>().ShouldBe((row.CostNanoUsd!.Value + asked.CostNanoUsd!.Value) / 1e9m);
        budget["reserved"]!.GetValue<decimal>().ShouldBe(0);
        client.Dispose();
    }

    [Fact]
    public async Task Budget_OfTheKeyUsedUpForTheModel_RefusesTheQuestionAndAnswersTheRequest()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        var (_, client) = await AdminCalls.NewKeyAsync(
            gateway,
            ""","budgets":[{"usd":0.0000001,"models":["gpt-4.1-nano"],"mode":"strict"}]"""
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = AgentPrompts.Body(OptimizerUpstream.Chat(OptimizerUpstream.Original)),
        };
        request.Headers.Add("X-PromptGateway-Optimize", "rewrite");

        var answer = await client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        upstream.Asked.ShouldBeEmpty();
        (await gateway.LedgerRowAsync(answer)).OptimizationReason.ShouldBe("optimizer_error");
        client.Dispose();
    }

    [Fact]
    public async Task Key_WithOnePlace_IsAnsweredWithItsPromptRewritten()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        var (_, client) = await AdminCalls.NewKeyAsync(gateway, ""","limits":[{"concurrent":1}]""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = AgentPrompts.Body(OptimizerUpstream.Chat(OptimizerUpstream.Original)),
        };
        request.Headers.Add("X-PromptGateway-Optimize", "rewrite");

        var answer = await client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        upstream.Sent().ShouldBe(OptimizerUpstream.Improved);
        client.Dispose();
    }

    [Fact]
    public async Task OtherKey_WithTheSamePrompt_IsAskedForItself()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync(null, ("Optimization:Default", "rewrite"));
        var (_, client) = await AdminCalls.NewKeyAsync(gateway);
        var body = OptimizerUpstream.Chat(OptimizerUpstream.Original);

        await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(body));
        await client.PostAsync("/v1/chat/completions", AgentPrompts.Body(body));

        upstream.Asked.Count.ShouldBe(2);
        client.Dispose();
    }

    [Fact]
    public async Task Cost_OfQuestions_IsAMetricAndTextsAreInNoLogAndNoFile()
    {
        var log = new MemoryStream();
        await using var upstream = await OptimizerUpstream.StartAsync();
        var gateway = await TestGateway.StartAsync(
            upstream.Upstream.Environment,
            configuration: new() { ["Optimization:Models:Model"] = "gpt-4.1-nano", ["Optimization:Default"] = "rewrite" },
            logOutput: log
        );
        await using (gateway)
        {
            var body = OptimizerUpstream.Chat(OptimizerUpstream.Original);
            await gateway.LedgerRowAsync(await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(body)));
            upstream.Optimizer = (context, _) => FakeUpstream.JsonAsync(context, "{\"broken Felix", 500);
            await gateway.Client.PostAsync(
                "/v1/chat/completions",
                AgentPrompts.Body(OptimizerUpstream.Chat(OptimizerUpstream.Original + " now"))
            );

            (await AdminCalls.MetricsAsync(gateway)).ShouldContain(
                "promptgateway_optimization_cost_usd_total{policy=\"rewrite\"} 5E-05",
                Case.Insensitive
            );
            foreach (var file in gateway.DataFiles)
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var bytes = new MemoryStream();
                await stream.CopyToAsync(bytes);
                bytes.ToArray().AsSpan().IndexOf("Felix"u8).ShouldBe(-1, file);
            }
        }

        Encoding.UTF8.GetString(log.ToArray()).ShouldNotContain("Felix");
    }
}
