using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts;

/// <summary>Requests through a whole gateway: what the upstream received is compared with what was sent.</summary>
public sealed class OptimizedRequestTests
{
    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/responses")]
    [InlineData("/v1/messages")]
    public async Task ToolResult_JsonWithWhiteSpace_GoesUpstreamCompactAndNothingElseChanges(string path)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync(path, AgentPrompts.Body(Sent(path, AgentPrompts.Pretty)));

        upstream.Last.Text.ShouldBe(Sent(path, AgentPrompts.Compact).Replace("\\u0022", "\\\"").Replace("\\u00F6", "ö"));
        answer.Headers.GetValues("X-PromptGateway-Optimization-Policy").Single().ShouldBe("safe");
        int.Parse(answer.Headers.GetValues("X-PromptGateway-Tokens-Saved").Single()).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task ToolResult_Optimized_IsOnTheLedger()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat()));

        var row = await gateway.LedgerRowAsync(answer);
        row.Optimization.ShouldBe("safe");
        row.OptimizationMode.ShouldBe("on");
        row.OptimizationOutcome.ShouldBe("applied");
        row.SavedInputTokens.ShouldBe(long.Parse(answer.Headers.GetValues("X-PromptGateway-Tokens-Saved").Single()));
        row.OptimizationTokensBefore.ShouldBe(row.Usage.InputTokens + row.SavedInputTokens);
        // 12 prompt tokens, 4 of them cached, cost 8 x 150 + 4 x 75 nano-dollars: 125 each on average.
        row.SavedNanoUsd.ShouldBe(row.SavedInputTokens * 125);
        var transforms = JsonNode.Parse(row.OptimizationDetail!)!["transforms"]!.AsArray();
        transforms.Select(t => t!["name"]!.GetValue<string>()).ShouldBe(["json-compact"]);
        transforms[0]!["tokens_saved"]!.GetValue<long>().ShouldBe(row.SavedInputTokens);
        OptimizationHeaders.RequestIdOf(answer.Headers.GetValues("X-PromptGateway-Optimization-Id").Single()).ShouldBe(row.RequestId);
    }

    [Fact]
    public async Task RequestThatTheUpstreamRefused_HasSavedNothing()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.JsonAsync(context, """{"error":{"message":"no","type":"invalid_request_error"}}""", 400)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        var row = await gateway.LedgerRowAsync(
            await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat()))
        );

        (row.OptimizationOutcome, row.SavedInputTokens, row.SavedNanoUsd).ShouldBe(("applied", 0, null));
        (await gateway.Management.GetStringAsync("/metrics")).ShouldNotContain("promptgateway_optimization_saved_usd_total{");
    }

    [Fact]
    public async Task Header_Off_SendsTheOriginal()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await SendAsync(gateway, "off");

        upstream.Last.Text.ShouldBe(AgentPrompts.Chat());
        upstream.Last.Headers.Keys.ShouldNotContain(name => name.StartsWith("x-promptgateway", StringComparison.OrdinalIgnoreCase));
        answer.Headers.GetValues("X-PromptGateway-Optimization-Policy").Single().ShouldBe("off");
        answer.Headers.GetValues("X-PromptGateway-Tokens-Saved").Single().ShouldBe("0");
        (await gateway.LedgerRowAsync(answer)).OptimizationMode.ShouldBe("off");
    }

    [Fact]
    public async Task Header_UnknownPolicy_IsRefusedWithTheNamesOfTheKnownOnes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await SendAsync(gateway, "turbo");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;
        error["code"]!.GetValue<string>().ShouldBe("unknown_optimization_policy");
        error["message"]!.GetValue<string>().ShouldContain("safe");
        error["message"]!.GetValue<string>().ShouldContain("lossless");
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Header_NotAllowed_IsRefused()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Environment,
            configuration: new() { ["Optimization:AllowHeader"] = "false" }
        );

        var answer = await SendAsync(gateway, "off");

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task PlainChat_NoToolResult_GoesUpstreamAsItCameAndLeavesNoTrace()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        const string body = """{ "model":"gpt-4o-mini", "messages":[{"role":"user","content":"{\n  \"role\": \"tool\"  }"}] }""";

        var answer = await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(body));

        upstream.Last.Text.ShouldBe(body);
        answer.Headers.Contains("X-PromptGateway-Optimization-Policy").ShouldBeFalse();
        (await gateway.LedgerRowAsync(answer)).Optimization.ShouldBeNull();
    }

    [Fact]
    public async Task Stream_OptimizedWithUsageDemanded_HasAllEditsInOneBody()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hi"), ChatAnswers.Finish, ChatAnswers.UsageChunk, ChatAnswers.Done)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync("/v1/chat/completions", AgentPrompts.Body(AgentPrompts.Chat(more: "\"stream\":true,")));

        (await answer.Content.ReadAsStringAsync()).ShouldEndWith(ChatAnswers.Done);
        upstream.Last.Text.ShouldBe(
            AgentPrompts
                .Chat(AgentPrompts.Compact, more: "\"stream\":true,")
                .Replace("\\u0022", "\\\"")
                .Replace("\\u00F6", "ö")
                .Replace("] }", "] ,\"stream_options\":{\"include_usage\":true}}")
        );
        (await gateway.LedgerRowAsync(answer)).SavedInputTokens.ShouldBeGreaterThan(0);
    }

    private static Task<HttpResponseMessage> SendAsync(TestGateway gateway, string header)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = AgentPrompts.Body(AgentPrompts.Chat()) };
        request.Headers.Add("X-PromptGateway-Optimize", header);
        return gateway.Client.SendAsync(request);
    }

    private static string Sent(string path, string result) =>
        path switch
        {
            "/v1/responses" => AgentPrompts.Responses(result),
            "/v1/messages" => AgentPrompts.Messages(result),
            _ => AgentPrompts.Chat(result),
        };
}
