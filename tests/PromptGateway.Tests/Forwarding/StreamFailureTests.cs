using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>A stream that breaks off never looks complete: the client gets an error event, and then the transfer fails.</summary>
public sealed class StreamFailureTests
{
    private static JsonNode ErrorIn(string text)
    {
        var last = text.TrimEnd('\n').Split("\n\n")[^1];
        last.ShouldStartWith("data: ");
        return JsonNode.Parse(last[6..])!["error"]!;
    }

    [Theory]
    [InlineData("")]
    [InlineData(ChatRequests.AskingForUsage)]
    public async Task CleanCloseWithoutFinish_EndsInAnErrorEventAndAFailure(string more)
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hel"), ChatAnswers.Text("lo"))
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var call = await StreamCall.ChatAsync(gateway, more);

        var (text, failure) = await call.RestTextAsync();

        failure.ShouldNotBeNull();
        var error = ErrorIn(text);
        error["code"]!.GetValue<string>().ShouldBe("upstream_stream_cut");
        error.AsObject().Select(m => m.Key).ShouldBe(["message", "type", "param", "code"]);
        text.ShouldNotContain("[DONE]");
        var row = await gateway.LedgerRowAsync(call.Response);
        row.Outcome.ShouldBe("upstream_cut");
        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.Usage.OutputTokens.ShouldBe(2);
        (await gateway.LedgerCountAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData(ChatRequests.AskingForUsage)]
    public async Task ResetInTheMiddleOfAnEvent_TheErrorStandsInAnEventOfItsOwn(string more)
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream.Upstream);
        var opening = StreamCall.ChatAsync(gateway, more);
        await upstream.SendAsync(ChatAnswers.Text("Hel"));
        using var call = await opening;
        await call.NextEventAsync();
        await upstream.SendAsync(ChatAnswers.Text("lo")[..40]);
        await upstream.AbortAsync();

        var (text, failure) = await call.RestTextAsync();

        failure.ShouldNotBeNull();
        ErrorIn(text)["code"]!.GetValue<string>().ShouldBe("upstream_stream_cut");
        (await gateway.LedgerRowAsync(call.Response)).Outcome.ShouldBe("upstream_cut");
    }

    [Fact]
    public async Task NothingAtAll_AfterTheHeaders_IsARealErrorStatus()
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.StreamAsync(context));
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var call = await StreamCall.ChatAsync(gateway);

        ((int)call.Response.StatusCode).ShouldBe(502);
        JsonNode.Parse((await call.RestTextAsync()).Text)!["error"]!["code"]!.GetValue<string>().ShouldBe("upstream_unreachable");
        (await gateway.LedgerRowAsync(call.Response)).Outcome.ShouldBe("upstream_cut");
    }

    [Fact]
    public async Task ErrorInsideTheStream_PassesAndIsRecorded()
    {
        const string error =
            "data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n";
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.StreamAsync(context, ChatAnswers.Chunk("""[{"index":0,"delta":{"content":"Hel"}}]""", null), error)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var call = await StreamCall.ChatAsync(gateway);

        var (text, _) = await call.RestTextAsync();

        text.ShouldEndWith(error);
        text.ShouldNotContain("upstream_stream_cut");
        var row = await gateway.LedgerRowAsync(call.Response);
        row.Outcome.ShouldBe("upstream_error");
        row.UsageSource.ShouldBe(UsageSource.Estimated);
    }

    [Theory]
    [InlineData("")]
    [InlineData(ChatRequests.AskingForUsage)]
    public async Task ErrorInsideTheStream_QuotingTheUpstreamsKey_HasItMasked(string more)
    {
        var error = "data: {\"error\":{\"message\":\"Bad key " + FakeUpstream.Secret + ".\",\"type\":\"server_error\"}}\n\n";
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hel"), error)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var call = await StreamCall.ChatAsync(gateway, more);

        var (text, _) = await call.RestTextAsync();

        text.ShouldContain("Bad key " + new string('*', FakeUpstream.Secret.Length) + ".");
        text.ShouldNotContain(FakeUpstream.Secret);
    }

    /// <summary>What providers bill though it is not the text of the answer.</summary>
    [Theory]
    [InlineData("""{"reasoning":"First I think "}""")]
    [InlineData("""{"content":"","reasoning":"First I think "}""")]
    [InlineData("""{"reasoning_content":"First I think "}""")]
    [InlineData("""{"content":null,"refusal":"I will not say"}""")]
    [InlineData("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"First I think "}]}]}""")]
    [InlineData("""{"tool_calls":[{"index":0,"function":{"arguments":"{city:Berlin"}}]}""")]
    [InlineData("""{"tool_calls":[{"index":0,"type":"custom","custom":{"input":"city: Berlin  "}}]}""")]
    [InlineData("""{"audio":{"transcript":"First I think "}}""")]
    public async Task Cut_AfterMuchThatIsNoPlainText_BillsWhatWasSent(string delta)
    {
        var chunk = ChatAnswers.Chunk($$"""[{"index":0,"delta":{{delta}},"finish_reason":null}]""", null);
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.StreamAsync(context, [.. Enumerable.Repeat(chunk, 40)])
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var call = await StreamCall.ChatAsync(gateway);
        await call.RestAsync();

        (await gateway.LedgerRowAsync(call.Response)).Usage.OutputTokens.ShouldBeInRange(40, 200);
    }

    [Fact]
    public async Task FilterErrorOfOneChoice_IsNoErrorOfTheStream()
    {
        var azure = ChatAnswers.Chunk(
            """[{"index":0,"delta":{},"finish_reason":null,"content_filter_results":{"error":{"code":"content_filter_error","message":"unavailable"}}}]""",
            null
        );
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.StreamAsync(context, azure, ChatAnswers.Finish, ChatAnswers.UsageChunk, ChatAnswers.Done)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var call = await StreamCall.ChatAsync(gateway);

        await call.RestAsync();

        (await gateway.LedgerRowAsync(call.Response)).Outcome.ShouldBe("ok");
    }

    [Fact]
    public async Task FinishWithoutDone_IsComplete()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hel"), ChatAnswers.Finish, ChatAnswers.UsageChunk)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var call = await StreamCall.ChatAsync(gateway);

        var (text, failure) = await call.RestTextAsync();

        failure.ShouldBeNull();
        text.ShouldNotContain("error");
        (await gateway.LedgerRowAsync(call.Response)).Outcome.ShouldBe("ok");
    }

    /// <summary>Some servers close the connection without ending the transfer; nothing of the answer is missing.</summary>
    [Theory]
    [InlineData("", false)]
    [InlineData("", true)]
    [InlineData(ChatRequests.AskingForUsage, false)]
    public async Task ConnectionThatBreaksBehindTheLastEvent_LosesNothing(string more, bool reset)
    {
        var events = ChatAnswers.Text("Hel") + ChatAnswers.Finish + ChatAnswers.UsageChunk + ChatAnswers.Done;
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new RawUpstream(
            async (socket, _) =>
            {
                await RawUpstream.SendAsync(
                    socket,
                    $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n{events.Length:x}\r\n{events}\r\n"
                );
                await goOn.Task;
                if (reset)
                    RawUpstream.Reset(socket);
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);
        using var call = await StreamCall.ChatAsync(gateway, more);
        await call.NextEventAsync();
        goOn.SetResult();

        var (text, failure) = await call.RestTextAsync();

        failure.ShouldBeNull();
        text.ShouldEndWith(ChatAnswers.Done);
        text.ShouldNotContain("error");
        var row = await gateway.LedgerRowAsync(call.Response);
        row.Outcome.ShouldBe("ok");
        row.UsageSource.ShouldBe(UsageSource.Provider);
    }

    [Fact]
    public async Task PlainJsonAnswerCut_IsNoCleanEnd()
    {
        await using var upstream = new RawUpstream(
            async (socket, _) =>
                await RawUpstream.SendAsync(
                    socket,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"id\":"
                )
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);
        using var client = await RawClient.ConnectAsync(gateway);
        await client.SendAsync(RawClient.Head(ChatRequests.Path, $"Content-Length: {ChatRequests.Plain.Length}\r\n") + ChatRequests.Plain);

        // The abort may overtake even the headers.
        var answer = await client.ReadToEndAsync();

        if (answer.Length > 0)
            answer.ShouldContain("Content-Length: 500");
        answer.Length.ShouldBeLessThan(500);
        (await gateway.FirstLedgerRowAsync()).Outcome.ShouldBe("upstream_cut");
    }
}
