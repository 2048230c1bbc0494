using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Forwarding;

/// <summary>Where upstreams put usage into a chat stream, and what the client sees of it.</summary>
public sealed class StreamUsageTests
{
    private const string Delta = """[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]""";
    private const string Finish = """[{"index":0,"delta":{},"finish_reason":"stop"}]""";
    private static readonly TokenUsage Expected = new()
    {
        InputTokens = 12,
        OutputTokens = 5,
        CachedInputTokens = 4,
        ReasoningTokens = 2,
    };

    private static async Task<(string Text, UsageRecord Row, string Sent)> RunAsync(string more, params string[] pieces)
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.StreamAsync(context, pieces));
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var call = await StreamCall.ChatAsync(gateway, more);
        var (text, failure) = await call.RestTextAsync();
        failure.ShouldBeNull();
        return (text, await gateway.LedgerRowAsync(call.Response), upstream.Last.Text);
    }

    [Fact]
    public async Task UsageMergedWithTheFinish_NotAskedFor_LosesOnlyTheMember()
    {
        var (text, row, _) = await RunAsync(
            "",
            ChatAnswers.Chunk(Delta, null),
            ChatAnswers.Chunk(Finish, ChatAnswers.Usage),
            ChatAnswers.Done
        );

        text.ShouldBe(ChatAnswers.Chunk(Delta, null) + ChatAnswers.Chunk(Finish, null) + ChatAnswers.Done);
        row.Usage.ShouldBe(Expected);
        row.UsageSource.ShouldBe(UsageSource.Provider);
    }

    [Fact]
    public async Task UsageMergedWithToolCalls_NotAskedFor_KeepsTheToolCalls()
    {
        const string tools =
            """[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"usage\": {\"a\":1}}"}}]},"finish_reason":"tool_calls"}]""";

        var (text, row, _) = await RunAsync("", ChatAnswers.Chunk(tools, ChatAnswers.Usage), ChatAnswers.Done);

        text.ShouldBe(ChatAnswers.Chunk(tools, null) + ChatAnswers.Done);
        row.Usage.ShouldBe(Expected);
    }

    [Fact]
    public async Task UsageOnEveryChunk_TheLastOneCounts()
    {
        const string first = """{"prompt_tokens":12,"completion_tokens":1,"total_tokens":13}""";

        var (text, row, _) = await RunAsync(
            "",
            ChatAnswers.Chunk(Delta, first),
            ChatAnswers.Chunk(Finish, first),
            ChatAnswers.Chunk("[]", ChatAnswers.Usage),
            ChatAnswers.Done
        );

        text.ShouldBe(ChatAnswers.Chunk(Delta, null) + ChatAnswers.Chunk(Finish, null) + ChatAnswers.Done);
        row.Usage.ShouldBe(Expected);
    }

    [Fact]
    public async Task UsageChunk_AskedFor_PassesByteForByteWithItsEmptyChoices()
    {
        string[] sent = [ChatAnswers.Text("Hel"), ChatAnswers.Finish, ChatAnswers.UsageChunk, ChatAnswers.Done];

        var (text, row, request) = await RunAsync(ChatRequests.AskingForUsage, sent);

        text.ShouldBe(string.Concat(sent));
        text.ShouldContain("\"choices\":[],\"usage\":{");
        request.ShouldBe(ChatRequests.Stream(ChatRequests.AskingForUsage));
        row.Usage.ShouldBe(Expected);
    }

    [Fact]
    public async Task NoUsageAtAll_IsEstimatedAndMarked()
    {
        var (text, row, _) = await RunAsync("", ChatAnswers.Chunk(Delta, null), ChatAnswers.Chunk(Finish, null), ChatAnswers.Done);

        text.ShouldBe(ChatAnswers.Chunk(Delta, null) + ChatAnswers.Chunk(Finish, null) + ChatAnswers.Done);
        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.Usage.OutputTokens.ShouldBe(1);
        row.Usage.InputTokens.ShouldBeInRange(8, 40);
        row.CostNanoUsd!.Value.ShouldBeGreaterThan(0);
        row.Outcome.ShouldBe("ok");
    }

    [Fact]
    public async Task OnlyNullUsage_IsNotTakenForZero()
    {
        var (_, row, _) = await RunAsync("", ChatAnswers.Chunk(Delta, "null"), ChatAnswers.Chunk(Finish, "null"), ChatAnswers.Done);

        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.Usage.OutputTokens.ShouldBe(1);
    }

    [Fact]
    public async Task ExplicitZeroUsage_IsBilledAsZero()
    {
        var zero = """{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""";

        var (_, row, _) = await RunAsync("", ChatAnswers.Text("Hel"), ChatAnswers.Finish, ChatAnswers.Chunk("[]", zero), ChatAnswers.Done);

        row.Usage.ShouldBe(new TokenUsage());
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.CostNanoUsd.ShouldBe(0);
    }

    [Fact]
    public async Task GroqUsage_InXGroq_IsReadAndLeftInPlace()
    {
        var last =
            """data: {"id":"1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"req_1","usage":"""
            + ChatAnswers.Usage
            + "}}\n\n";

        var (text, row, _) = await RunAsync("", last, ChatAnswers.Done);

        text.ShouldBe(last + ChatAnswers.Done);
        row.Usage.ShouldBe(Expected);
    }

    [Fact]
    public async Task TextThatLooksLikeUsage_IsNeitherReadNorRemoved()
    {
        var tricky = ChatAnswers.Chunk(
            """[{"index":0,"delta":{"content":"\"usage\": {\"prompt_tokens\": 999999}, \"choices\": []"},"finish_reason":null}]""",
            null
        );

        var (text, row, _) = await RunAsync("", tricky, ChatAnswers.Finish, ChatAnswers.UsageChunk, ChatAnswers.Done);

        text.ShouldBe(tricky + ChatAnswers.Chunk(Finish, null) + ChatAnswers.Done);
        row.Usage.ShouldBe(Expected);
    }

    [Fact]
    public async Task UsageChunk_InSeveralDataLines_IsTakenOutAsWell()
    {
        var usage = "data: {\"choices\":[],\ndata: \"usage\":" + ChatAnswers.Usage + "}\n\n";

        var (text, row, _) = await RunAsync("", ChatAnswers.Chunk(Finish, null), usage, ChatAnswers.Done);

        text.ShouldBe(ChatAnswers.Chunk(Finish, null) + ChatAnswers.Done);
        row.Usage.ShouldBe(Expected);
    }

    [Fact]
    public async Task SeveralChoices_InterleavedStream_IsOneRowWithTheSumThatTheProviderGives()
    {
        var one = ChatAnswers.Chunk("""[{"index":0,"delta":{"content":"a"},"finish_reason":null}]""", null);
        var two = ChatAnswers.Chunk("""[{"index":1,"delta":{"content":"b"},"finish_reason":null}]""", null);
        var end = ChatAnswers.Chunk(
            """[{"index":1,"delta":{},"finish_reason":"stop"},{"index":0,"delta":{},"finish_reason":"length"}]""",
            null
        );

        var (text, row, _) = await RunAsync(",\"n\":2", one, two, one, two, end, ChatAnswers.UsageChunk, ChatAnswers.Done);

        text.ShouldBe(one + two + one + two + end + ChatAnswers.Done);
        row.Usage.ShouldBe(Expected);
    }

    [Fact]
    public async Task LegacyCompletion_Stream_IsMeteredAndStripped()
    {
        const string piece =
            "data: {\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"choices\":[{\"text\":\"Hi\",\"index\":0,\"finish_reason\":null}],\"model\":\"m\"}\n\n";
        const string end =
            "data: {\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"choices\":[{\"text\":\"\",\"index\":0,\"finish_reason\":\"stop\"}],\"model\":\"m\"}\n\n";
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.StreamAsync(context, piece, end, ChatAnswers.UsageChunk, ChatAnswers.Done)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.OpenAsync(gateway, "/v1/completions", """{"model":"davinci-002","prompt":"Hi","stream":true}""");
        var (text, _) = await call.RestTextAsync();

        text.ShouldBe(piece + end + ChatAnswers.Done);
        upstream.Last.Text.ShouldEndWith(",\"stream_options\":{\"include_usage\":true}}");
        (await gateway.LedgerRowAsync(call.Response)).Usage.ShouldBe(Expected);
    }

    [Theory]
    [InlineData(",\"stream_options\":null", ",\"stream_options\":{\"include_usage\":true}")]
    [InlineData(",\"stream_options\":{}", ",\"stream_options\":{\"include_usage\":true}")]
    [InlineData(",\"stream_options\":{\"include_usage\":false}", ",\"stream_options\":{\"include_usage\":true}")]
    [InlineData(",\"stream_options\":{\"include_usage\":null}", ",\"stream_options\":{\"include_usage\":true}")]
    [InlineData(
        ",\"stream_options\": { \"include_obfuscation\" : false }",
        ",\"stream_options\": {\"include_usage\":true, \"include_obfuscation\" : false }"
    )]
    [InlineData("", ",\"stream_options\":{\"include_usage\":true}")]
    public async Task StreamOptions_NotAskingForUsage_AskUpstreamAndStayQuietToTheClient(string more, string sent)
    {
        var (text, row, request) = await RunAsync(
            more,
            ChatAnswers.Text("Hel"),
            ChatAnswers.Finish,
            ChatAnswers.UsageChunk,
            ChatAnswers.Done
        );

        request.ShouldBe(ChatRequests.Stream(sent));
        text.ShouldNotContain("usage");
        row.Usage.ShouldBe(Expected);
    }

    [Theory]
    [InlineData(400, """{"error":{"message":"Unrecognized request argument: stream_options"}}""")]
    [InlineData(422, """{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}""")]
    public async Task StreamOptions_RejectedByTheUpstream_AreLeftOutOnceAndForAllAndUsageIsEstimated(int status, string error)
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, request) =>
                request.Text.Contains("stream_options", StringComparison.Ordinal)
                    ? FakeUpstream.JsonAsync(context, error, status)
                    : FakeUpstream.StreamAsync(context, ChatAnswers.Chunk(Delta, null), ChatAnswers.Chunk(Finish, null), ChatAnswers.Done)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var first = await StreamCall.ChatAsync(gateway);
        var (text, _) = await first.RestTextAsync();
        using var second = await StreamCall.ChatAsync(gateway);
        await second.RestAsync();

        text.ShouldBe(ChatAnswers.Chunk(Delta, null) + ChatAnswers.Chunk(Finish, null) + ChatAnswers.Done);
        upstream.Received.Select(r => r.Text.Contains("stream_options", StringComparison.Ordinal)).ShouldBe([true, false, false]);
        var row = await gateway.LedgerRowAsync(first.Response);
        row.Attempts.ShouldBe(2);
        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.Outcome.ShouldBe("ok");
    }

    /// <summary>A client can have any name quoted in an error; it must not switch the meter off for everybody.</summary>
    [Fact]
    public async Task StreamOptions_NamedInAnErrorThatHasAnotherReason_AreAskedForAgain()
    {
        const string error = """{"error":{"message":"Invalid value: 'stream_options'. Supported values are: 'auto' and 'default'."}}""";
        await using var upstream = await FakeUpstream.StartAsync(
            (context, request) =>
                request.Text.Contains("service_tier", StringComparison.Ordinal)
                    ? FakeUpstream.JsonAsync(context, error, 400)
                    : FakeUpstream.StreamAsync(
                        context,
                        ChatAnswers.Text("Hel"),
                        ChatAnswers.Finish,
                        ChatAnswers.UsageChunk,
                        ChatAnswers.Done
                    )
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var refused = await StreamCall.ChatAsync(gateway, ",\"service_tier\":\"stream_options\"");
        (await refused.RestTextAsync()).Text.ShouldBe(error);
        using var next = await StreamCall.ChatAsync(gateway);
        await next.RestAsync();

        ((int)refused.Response.StatusCode).ShouldBe(400);
        upstream.Last.Text.ShouldContain("include_usage");
        (await gateway.LedgerRowAsync(next.Response)).UsageSource.ShouldBe(UsageSource.Provider);
    }

    [Fact]
    public async Task StreamOptions_OfTheClientItselfRejected_ReachTheClientAsTheUpstreamSaid()
    {
        const string error = """{"error":{"message":"Unrecognized request argument: stream_options"}}""";
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.JsonAsync(context, error, 400));
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.ChatAsync(gateway, ChatRequests.AskingForUsage);

        ((int)call.Response.StatusCode).ShouldBe(400);
        (await call.RestTextAsync()).Text.ShouldBe(error);
        upstream.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task JsonInsteadOfAStream_PassesAndIsMetered()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.ChatAsync(gateway);

        (await call.RestTextAsync()).Text.ShouldBe(ChatAnswers.Plain);
        var row = await gateway.LedgerRowAsync(call.Response);
        row.Usage.ShouldBe(Expected);
        row.Stream.ShouldBeFalse();
    }
}
