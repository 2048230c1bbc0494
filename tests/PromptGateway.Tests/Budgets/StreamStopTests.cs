using System.Net;
using System.Text.Json.Nodes;
using OpenAI.Chat;
using PromptGateway.Budgets;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Budgets;

/// <summary>Streams that are ended where their budget ends.</summary>
public sealed class StreamStopTests
{
    private const int Cap = 60;

    /// <summary>A lone stream can have it all, and must still be stopped.</summary>
    private const int LargestCap = 400;

    /// <summary>Sends one token an event, many more than asked for, until it is left.</summary>
    private static async Task<(FakeUpstream Upstream, Task Left)> EndlessAsync(Func<int, string> piece, string head = "")
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                context.RequestAborted.Register(() => left.TrySetResult());
                await FakeUpstream.StreamAsync(context, [head + piece(0), .. Enumerable.Range(1, LargestCap).Select(piece)]);
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
            }
        );
        return (upstream, left.Task);
    }

    private static Task<TestGateway> StartAsync(FakeUpstream upstream, string unit = "Tokens", string amount = "60") =>
        TestGateway.StartAsync(
            upstream.Environment,
            configuration: new()
            {
                [$"Budgets:Rules:0:{unit}"] = amount,
                ["Budgets:Rules:0:Per"] = "day",
                ["Budgets:Rules:0:StopStreams"] = "true",
            }
        );

    private static string[] Data(string text) =>
        [
            .. text.Split("\n\n")
                .Select(e => e.Split('\n').LastOrDefault(line => line.StartsWith("data: ")))
                .OfType<string>()
                .Select(l => l[6..]),
        ];

    [Theory]
    [InlineData("")]
    [InlineData(ChatRequests.AskingForUsage)]
    public async Task Chat_AtItsCap_EndsWithLengthAnErrorAndDoneAndLeavesTheUpstream(string more)
    {
        var (upstream, left) = await EndlessAsync(_ => ChatAnswers.Text("ten"));
        await using var _ = upstream;
        await using var gateway = await StartAsync(upstream);

        using var call = await StreamCall.ChatAsync(gateway, ",\"max_tokens\":5" + more);
        var (text, failure) = await call.RestTextAsync();

        failure.ShouldBeNull();
        var data = Data(text);
        data[^1].ShouldBe("[DONE]");
        JsonNode.Parse(data[^2])!["error"]!["code"]!.GetValue<string>().ShouldBe("insufficient_quota");
        JsonNode.Parse(data[^2])!["error"]!["message"]!.GetValue<string>().ShouldContain("budget of the whole gateway (60 tokens per day)");
        var finish = JsonNode.Parse(data[^3])!;
        finish["id"]!.GetValue<string>().ShouldBe("chatcmpl-1");
        finish["object"]!.GetValue<string>().ShouldBe("chat.completion.chunk");
        finish["choices"]![0]!["finish_reason"]!.GetValue<string>().ShouldBe("length");
        await left.WaitAsync(TimeSpan.FromSeconds(30));
        var row = await gateway.LedgerRowAsync(call.Response);
        row.Outcome.ShouldBe("budget_stopped");
        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.Usage.TotalTokens.ShouldBe(Cap);
        row.Usage.OutputTokens.ShouldBe(data.Length - 3);
    }

    [Fact]
    public async Task Chat_AtItsCapInMoney_NeverCostsMore()
    {
        var (upstream, _) = await EndlessAsync(_ => ChatAnswers.Text("ten"));
        await using var owned = upstream;
        await using var gateway = await StartAsync(upstream, "Usd", "0.00003");

        using var call = await StreamCall.ChatAsync(gateway, ",\"max_tokens\":5");
        await call.RestTextAsync();

        var row = await gateway.LedgerRowAsync(call.Response);
        row.Outcome.ShouldBe("budget_stopped");
        row.CostNanoUsd!.Value.ShouldBeInRange(29_400, 30_000);
    }

    [Fact]
    public async Task Chat_AtItsCap_ShowsTheOfficialClientItsTextAndALengthFinish()
    {
        var (upstream, _) = await EndlessAsync(_ => ChatAnswers.Text("ten"));
        await using var owned = upstream;
        await using var gateway = await StartAsync(upstream);

        var (text, finish) = ("", (ChatFinishReason?)null);
        var client = gateway.NewOpenAIClient().GetChatClient("gpt-4o-mini");
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 5 };
        await foreach (var update in client.CompleteChatStreamingAsync([ChatMessage.CreateUserMessage("Say ten")], options))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish = update.FinishReason ?? finish;
        }

        text.ShouldStartWith("tententen");
        finish.ShouldBe(ChatFinishReason.Length);
    }

    [Fact]
    public async Task Messages_AtItsCap_CloseTheirBlockAndEnd()
    {
        var (upstream, left) = await EndlessAsync(
            _ =>
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"ten\"}}\n\n",
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-3-5-haiku-20241022\",\"content\":[],\"usage\":{\"input_tokens\":11,\"output_tokens\":1}}}\n\n"
                + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
        );
        await using var _ = upstream;
        await using var gateway = await StartAsync(upstream);

        using var call = await StreamCall.OpenAsync(
            gateway,
            "/v1/messages",
            """{"model":"claude-3-5-haiku-20241022","max_tokens":5,"stream":true,"messages":[{"role":"user","content":"Hi"}]}"""
        );
        var (text, failure) = await call.RestTextAsync();

        failure.ShouldBeNull();
        string[] types = [.. Data(text).Select(data => JsonNode.Parse(data)!["type"]!.GetValue<string>())];
        types[^4..].ShouldBe(["content_block_stop", "message_delta", "error", "message_stop"]);
        text.ShouldContain("\"stop_reason\":\"max_tokens\"");
        await left.WaitAsync(TimeSpan.FromSeconds(30));
        var row = await gateway.LedgerRowAsync(call.Response);
        row.Outcome.ShouldBe("budget_stopped");
        row.Usage.InputTokens.ShouldBe(11);
        row.Usage.TotalTokens.ShouldBe(Cap);
    }

    [Fact]
    public async Task Responses_AtItsCap_EndIncomplete()
    {
        var (upstream, _) = await EndlessAsync(
            i =>
                $"event: response.output_text.delta\ndata: {{\"type\":\"response.output_text.delta\",\"sequence_number\":{i + 1},\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"ten\"}}\n\n",
            "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"in_progress\",\"model\":\"gpt-4o-mini\",\"output\":[]}}\n\n"
        );
        await using var owned = upstream;
        await using var gateway = await StartAsync(upstream);

        using var call = await StreamCall.OpenAsync(
            gateway,
            "/v1/responses",
            """{"model":"gpt-4o-mini","max_output_tokens":16,"stream":true,"input":"Hi"}"""
        );
        var (text, failure) = await call.RestTextAsync();

        failure.ShouldBeNull();
        var data = Data(text);
        data[^1].ShouldBe("[DONE]");
        JsonNode.Parse(data[^2])!["type"]!.GetValue<string>().ShouldBe("error");
        var incomplete = JsonNode.Parse(data[^3])!;
        incomplete["type"]!.GetValue<string>().ShouldBe("response.incomplete");
        incomplete["response"]!["id"]!.GetValue<string>().ShouldBe("resp_1");
        incomplete["response"]!["incomplete_details"]!["reason"]!.GetValue<string>().ShouldBe("max_output_tokens");
        (await gateway.LedgerRowAsync(call.Response)).Usage.TotalTokens.ShouldBe(Cap);
    }

    [Fact]
    public async Task Stream_WithinItsBudget_PassesUntouchedAndFreesWhatItHeld()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hi"), ChatAnswers.Finish, ChatAnswers.UsageChunk, ChatAnswers.Done)
        );
        await using var gateway = await StartAsync(upstream);

        using var call = await StreamCall.ChatAsync(gateway, ",\"max_tokens\":5");
        var (text, failure) = await call.RestTextAsync();
        var row = await gateway.LedgerRowAsync(call.Response);

        failure.ShouldBeNull();
        Data(text).Length.ShouldBe(3);
        row.Outcome.ShouldBe("ok");
        row.Usage.TotalTokens.ShouldBe(17);
        gateway
            .Services.GetService(typeof(BudgetBook))
            .ShouldBeOfType<BudgetBook>()
            .Reports.Read(DateTimeOffset.UtcNow)
            .Single()
            .ShouldSatisfyAllConditions(b => b.Reserved.ShouldBe(0), b => b.Spent.ShouldBe(17));
    }

    [Fact]
    public async Task Streams_SideBySide_NeverSpendMoreThanTheCapTogether()
    {
        var (upstream, _) = await EndlessAsync(_ => ChatAnswers.Text("ten"));
        await using var owned = upstream;
        await using var gateway = await StartAsync(upstream, amount: $"{LargestCap}");

        var calls = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(async _ =>
                {
                    using var call = await StreamCall.ChatAsync(gateway, ",\"max_tokens\":5");
                    await call.RestTextAsync();
                    return call.Response.StatusCode == HttpStatusCode.OK ? await gateway.LedgerRowAsync(call.Response) : null;
                })
        );

        var rows = calls.OfType<PromptGateway.Usage.UsageRecord>().ToArray();
        rows.ShouldNotBeEmpty();
        rows.Sum(row => row.Usage.TotalTokens).ShouldBeLessThanOrEqualTo(LargestCap);
    }
}
