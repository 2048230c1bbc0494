using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts.Models;

/// <summary><c>POST /chat</c>.</summary>
public sealed class PromptAnswerTests
{
    private static readonly object Asked = new
    {
        prompt = OptimizerUpstream.Original,
        model = "gpt-4o-mini",
        reasoning_effort = "low",
        system = "Be kind.",
    };

    [Fact]
    public async Task Chat_Whole_TellsBothPromptsTheAnswerAndTheUsage()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();

        var answer = await gateway.Client.PostAsJsonAsync("/chat", Asked);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var body = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        body["original_prompt"]!.GetValue<string>().ShouldBe(OptimizerUpstream.Original);
        body["improved_prompt"]!.GetValue<string>().ShouldBe(OptimizerUpstream.Improved);
        body["changes"]!.AsArray().Select(c => c!.GetValue<string>()).ShouldBe(["Named the form."]);
        body["confidence"]!.GetValue<double>().ShouldBe(0.9);
        body["answer"]!.GetValue<string>().ShouldBe("Hello there");
        body["model"]!.GetValue<string>().ShouldBe("gpt-4o-mini-2024-07-18");
        body["usage"]!["prompt_tokens"]!.GetValue<int>().ShouldBe(12);
        body["optimization"]!["policy"]!.GetValue<string>().ShouldBe("rewrite");
        body["optimization"]!["rewritten"]!.GetValue<bool>().ShouldBeTrue();
        body["optimization"]!["optimizer_cost_usd"]!.GetValue<decimal>().ShouldBe(0.00005m);
        upstream.Sent(1).ShouldBe(OptimizerUpstream.Improved);
        JsonNode.Parse(upstream.Answered[0].Text)!["reasoning_effort"]!.GetValue<string>().ShouldBe("low");
        var row = await gateway.LedgerRowAsync(answer);
        row.Operation.ShouldBe("chat");
        row.Usage.TotalTokens.ShouldBe(17);
        (await gateway.LedgerRowAsync(row.RequestId + ".opt1")).KeyId.ShouldBe(row.KeyId);
    }

    [Fact]
    public async Task Chat_OptimizeOff_SendsTheOriginal()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();

        var answer = await gateway.Client.PostAsJsonAsync(
            "/chat",
            new
            {
                prompt = OptimizerUpstream.Original,
                model = "gpt-4o-mini",
                optimize = "off",
            }
        );

        var body = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        body["improved_prompt"]!.GetValue<string>().ShouldBe(OptimizerUpstream.Original);
        body["confidence"].ShouldBeNull();
        upstream.Asked.ShouldBeEmpty();
        upstream.Sent().ShouldBe(OptimizerUpstream.Original);
    }

    [Fact]
    public async Task Chat_HeaderOff_SendsTheOriginalAndAsksNoModel()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat") { Content = JsonContent.Create(Asked) };
        request.Headers.Add("X-PromptGateway-Optimize", "off");

        var answer = await gateway.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        upstream.Asked.ShouldBeEmpty();
        upstream.Sent(1).ShouldBe(OptimizerUpstream.Original);
    }

    [Fact]
    public async Task Chat_KeyThatMayNotChoose_GetsWhatTheGatewayWouldDo()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync(
            more: [("Optimization:Rules:0:Model", "gpt-4o*"), ("Optimization:Rules:0:AllowHeader", "false")]
        );

        var answer = await gateway.Client.PostAsJsonAsync("/chat", Asked);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        upstream.Sent(1).ShouldBe(OptimizerUpstream.Original);
    }

    [Fact]
    public async Task Chat_Streamed_SendsThePromptThenTheWordsThenTheUsage()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Answer = (context, _) =>
            FakeUpstream.StreamAsync(
                context,
                ChatAnswers.Text("Hel"),
                ChatAnswers.Text("lo"),
                ChatAnswers.Finish,
                ChatAnswers.UsageChunk,
                ChatAnswers.Done
            );

        using var call = await StreamCall.OpenAsync(
            gateway,
            "/chat",
            System.Text.Json.JsonSerializer.Serialize(
                new
                {
                    prompt = OptimizerUpstream.Original,
                    model = "gpt-4o-mini",
                    stream = true,
                }
            )
        );
        var (text, failure) = await call.RestTextAsync();

        failure.ShouldBeNull();
        call.Response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => e.Split('\n')).ToArray();
        events.Select(e => e[0]).ShouldBe(["event: prompt", "event: delta", "event: delta", "event: done"]);
        Data(events[0])["improved_prompt"]!.GetValue<string>().ShouldBe(OptimizerUpstream.Improved);
        (Data(events[1])["text"]!.GetValue<string>() + Data(events[2])["text"]!.GetValue<string>()).ShouldBe("Hello");
        Data(events[3])["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(5);
        Data(events[3])["finish_reason"]!.GetValue<string>().ShouldBe("stop");
    }

    [Fact]
    public async Task Chat_StreamThatEndsEarly_NeverLooksComplete()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        upstream.Answer = (context, _) => FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hel"));

        using var call = await StreamCall.OpenAsync(
            gateway,
            "/chat",
            System.Text.Json.JsonSerializer.Serialize(
                new
                {
                    prompt = OptimizerUpstream.Original,
                    model = "gpt-4o-mini",
                    stream = true,
                }
            )
        );
        var (text, failure) = await call.RestTextAsync();

        failure.ShouldNotBeNull(text);
        text.ShouldContain("event: error");
        text.ShouldNotContain("event: done");
    }

    [Theory]
    [InlineData("""{"model":"gpt-4o-mini"}""", 400, "missing_required_parameter")]
    [InlineData("""{"prompt":"hello"}""", 400, "missing_required_parameter")]
    [InlineData("""{"prompt":"hello","model":"gpt-4o-mini","temperature":1}""", 400, "unknown_parameter")]
    [InlineData("""{"prompt":"hello","model":"gpt-4o-mini","reasoning_effort":"huge"}""", 400, "invalid_value")]
    [InlineData("""{"prompt":"hello","model":"gpt-4o-mini","optimize":"turbo"}""", 400, "unknown_optimization_policy")]
    [InlineData("""["prompt"]""", 400, "invalid_json")]
    [InlineData("""{"prompt":"a","prompt":"b","model":"gpt-4o-mini"}""", 400, "invalid_json")]
    [InlineData("""{"prompt":"\ud800","model":"gpt-4o-mini"}""", 400, "invalid_json")]
    public async Task Chat_BadRequest_IsRefusedInTheShapeOfOpenAI(string body, int status, string code)
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();

        var answer = await gateway.Client.PostAsync("/chat", AgentPrompts.Body(body));

        ((int)answer.StatusCode).ShouldBe(status);
        (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!["code"]!.GetValue<string>().ShouldBe(code);
        upstream.Answered.ShouldBeEmpty();
    }

    [Fact]
    public async Task Chat_WithoutAKey_IsRefused()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        using var client = gateway.NewClient("wrong-key-0123456789abcdef");

        (await client.PostAsJsonAsync("/chat", Asked)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Chat_KeyWithoutTheModel_IsRefusedAndMayStillHaveItsPromptsRewritten()
    {
        await using var upstream = await OptimizerUpstream.StartAsync();
        await using var gateway = await upstream.StartGatewayAsync();
        using var client = await gateway.NewRestrictedClientAsync("gpt-4o-mini");

        (await client.PostAsJsonAsync("/chat", new { prompt = OptimizerUpstream.Original, model = "gpt-4o" })).StatusCode.ShouldBe(
            HttpStatusCode.Forbidden
        );
        (await client.PostAsJsonAsync("/chat", Asked)).StatusCode.ShouldBe(HttpStatusCode.OK);

        upstream.Sent(1).ShouldBe(OptimizerUpstream.Improved);
    }

    private static JsonNode Data(string[] lines) => JsonNode.Parse(lines[1]["data: ".Length..])!;
}
