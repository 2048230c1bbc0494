using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

public sealed class ResponsesStreamTests
{
    private const string Request = """{"model":"gpt-4o-mini","input":"Hello","stream":true}""";

    private static string Event(int number, string type, string more) =>
        $$"""
            event: {{type}}
            data: {"type":"{{type}}","sequence_number":{{number}}{{more}}}


            """.ReplaceLineEndings("\n");

    private static readonly string Created = Event(
        0,
        "response.created",
        ",\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-4o-mini-x\",\"usage\":null}"
    );
    private static readonly string Delta = Event(1, "response.output_text.delta", ",\"delta\":\"Hello\",\"logprobs\":[]");

    private static string Terminal(string type) =>
        Event(
            2,
            type,
            ",\"response\":{\"id\":\"resp_1\",\"metadata\":{\"usage\":\"x\"},\"output\":[{\"usage\":{\"input_tokens\":1}}],\"model\":\"gpt-4o-mini-x\",\"usage\":"
                + "{\"input_tokens\":36,\"input_tokens_details\":{\"cached_tokens\":16,\"cache_write_tokens\":0},\"output_tokens\":87,"
                + "\"output_tokens_details\":{\"reasoning_tokens\":9},\"total_tokens\":123}}"
        );

    [Theory]
    [InlineData("response.completed", "ok")]
    [InlineData("response.incomplete", "ok")]
    [InlineData("response.failed", "upstream_error")]
    public async Task TerminalEvent_GivesUsageAndOutcome(string type, string outcome)
    {
        string[] sent = [Created, Delta, Terminal(type)];
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.StreamAsync(context, sent));
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.OpenAsync(gateway, "/v1/responses", Request);
        var (text, failure) = await call.RestTextAsync();

        failure.ShouldBeNull();
        text.ShouldBe(string.Concat(sent));
        upstream.Last.Text.ShouldBe(Request);
        var row = await gateway.LedgerRowAsync(call.Response);
        row.Usage.ShouldBe(
            new TokenUsage
            {
                InputTokens = 36,
                OutputTokens = 87,
                CachedInputTokens = 16,
                ReasoningTokens = 9,
            }
        );
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.ResponseModel.ShouldBe("gpt-4o-mini-x");
        row.Outcome.ShouldBe(outcome);
    }

    [Fact]
    public async Task Cut_WritesAnErrorEventInBothFormsWithTheNextSequenceNumber()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.StreamAsync(context, ": ping\n\n", Created, Delta)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.OpenAsync(gateway, "/v1/responses", Request);
        var (text, failure) = await call.RestTextAsync();

        failure.ShouldNotBeNull();
        var events = text.TrimEnd('\n').Split("\n\n");
        events[^1].ShouldStartWith("event: error\ndata: ");
        var error = JsonNode.Parse(events[^1].Split("data: ")[1])!;
        error["type"]!.GetValue<string>().ShouldBe("error");
        error["sequence_number"]!.GetValue<int>().ShouldBe(2);
        error["code"]!.GetValue<string>().ShouldBe("upstream_stream_cut");
        error["message"]!.GetValue<string>().ShouldNotBeEmpty();
        error.AsObject().ContainsKey("param").ShouldBeTrue();
        error["error"]!["code"]!.GetValue<string>().ShouldBe("upstream_stream_cut");
        error["error"]!["message"]!.GetValue<string>().ShouldBe(error["message"]!.GetValue<string>());
        (await gateway.LedgerRowAsync(call.Response)).Outcome.ShouldBe("upstream_cut");
    }

    [Fact]
    public async Task ErrorEventOfTheUpstream_PassesAndIsRecorded()
    {
        var error = Event(2, "error", ",\"code\":\"server_error\",\"message\":\"boom\",\"param\":null");
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.StreamAsync(context, Created, Delta, error));
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.OpenAsync(gateway, "/v1/responses", Request);

        (await call.RestTextAsync()).Text.ShouldBe(Created + Delta + error);
        (await gateway.LedgerRowAsync(call.Response)).Outcome.ShouldBe("upstream_error");
    }

    [Fact]
    public async Task StreamWithoutEventLines_IsUnderstoodByItsData()
    {
        static string DataOnly(string sse) => sse[(sse.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                FakeUpstream.StreamAsync(
                    context,
                    DataOnly(Created),
                    DataOnly(Delta),
                    DataOnly(Terminal("response.completed")),
                    ChatAnswers.Done
                )
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.OpenAsync(gateway, "/v1/responses", Request);
        var (_, failure) = await call.RestTextAsync();

        failure.ShouldBeNull();
        (await gateway.LedgerRowAsync(call.Response)).Usage.OutputTokens.ShouldBe(87);
    }
}
