using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>Answers in one piece whose upstream does not tell what they used, or that nobody waited for (field reports 1 and 49).</summary>
public sealed class UnreportedUsageTests
{
    /// <summary>About a thousand tokens.</summary>
    private static readonly string LongAnswer = Answer(string.Concat(Enumerable.Repeat("word and ", 450)));

    private static string Answer(string text) =>
        $$$"""{"id":"c","object":"chat.completion","model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"stop"}]}""";

    private static async Task<(UsageSource Source, TokenUsage Usage, string Outcome)> AskAsync(string answer, string more = "")
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.JsonAsync(context, answer));
        await using var gateway = await TestGateway.StartAsync(upstream);
        var body = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]""" + more + "}";

        using var response = await gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(body));

        (await response.Content.ReadAsStringAsync()).ShouldBe(answer);
        var row = await gateway.LedgerRowAsync(response);
        return (row.UsageSource, row.Usage, row.Outcome);
    }

    [Fact]
    public async Task JsonAnswer_WithoutUsage_IsChargedForWhatItSays()
    {
        var (source, usage, _) = await AskAsync(LongAnswer);

        source.ShouldBe(UsageSource.Estimated);
        usage.InputTokens.ShouldBeInRange(5, 20);
        usage.OutputTokens.ShouldBeInRange(800, 1300);
    }

    [Fact]
    public async Task JsonAnswer_WithoutUsage_IsNeverChargedForMoreThanTheClientAllowed()
    {
        (await AskAsync(LongAnswer, ",\"max_tokens\":40")).Usage.OutputTokens.ShouldBe(40);
        (await AskAsync(LongAnswer, ",\"max_tokens\":40,\"n\":2")).Usage.OutputTokens.ShouldBe(80);
        (await AskAsync(Answer("Hi"), ",\"max_tokens\":40")).Usage.OutputTokens.ShouldBeInRange(1, 40);
    }

    /// <summary>An image in the request is long in bytes, and not read as text.</summary>
    [Fact]
    public async Task LongRequest_WithoutUsage_IsNeverChargedForMoreThanTheModelReads()
    {
        var image = Convert.ToBase64String(RandomNumberGenerator.GetBytes(1_500_000));

        var (source, usage, _) = await AskAsync(Answer("Hi"), $",\"metadata\":{{\"image\":\"{image}\"}}");

        source.ShouldBe(UsageSource.Estimated);
        usage.InputTokens.ShouldBe(128_000);
    }

    [Fact]
    public async Task ErrorUnderStatus200_IsNoAnswerThatWasGenerated()
    {
        var error = $$$"""{"error":{"message":"{{{new string('x', 4000)}}}","code":502}}""";

        var (source, usage, outcome) = await AskAsync(error);

        outcome.ShouldBe("upstream_error");
        (source, usage).ShouldBe((UsageSource.None, default));
    }

    /// <summary>The sum of two such numbers is negative, and a budget would get something back.</summary>
    [Fact]
    public async Task Usage_BeyondAllMeasure_IsNoUsage()
    {
        var answer = ChatAnswers.Plain.Replace(
            ChatAnswers.Usage,
            """{"prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807}""",
            StringComparison.Ordinal
        );

        var (source, usage, _) = await AskAsync(answer);

        source.ShouldBe(UsageSource.Estimated);
        usage.TotalTokens.ShouldBeInRange(1, 1000);
    }

    [Fact]
    public async Task EmptyErrorInAnAnswer_IsNone()
    {
        var (source, usage, outcome) = await AskAsync(LongAnswer[..^1] + ",\"error\":\"\"}");

        outcome.ShouldBe("ok");
        source.ShouldBe(UsageSource.Estimated);
        usage.OutputTokens.ShouldBeGreaterThan(800);
    }

    [Fact]
    public async Task StreamThatIsOnlyAnError_CostsNothing()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.StreamAsync(context, "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n")
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.ChatAsync(gateway);
        await call.RestAsync();

        var row = await gateway.LedgerRowAsync(call.Response);
        (row.Outcome, row.UsageSource, row.CostNanoUsd).ShouldBe(("upstream_error", UsageSource.None, 0));
    }

    /// <summary>It is sent when all of it was generated, and billed.</summary>
    [Fact]
    public async Task JsonAnswer_WhoseClientLeavesHalfway_IsChargedForAllThatWasAnnounced()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                context.RequestAborted.Register(() => left.TrySetResult());
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = LongAnswer.Length;
                await context.Response.WriteAsync(LongAnswer[..(LongAnswer.Length / 2)]);
                await context.Response.Body.FlushAsync();
                await left.Task;
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using (var client = await RawClient.ConnectAsync(gateway))
        {
            await client.SendAsync(
                RawClient.Head(ChatRequests.Path, $"Content-Length: {ChatRequests.Plain.Length}\r\n") + ChatRequests.Plain
            );
            await client.Socket.ReceiveAsync(new byte[10]);
        }

        var row = await gateway.FirstLedgerRowAsync();

        row.Outcome.ShouldBe("client_closed");
        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.Usage.OutputTokens.ShouldBeInRange(800, 1300);
        (await gateway.LedgerCountAsync()).ShouldBe(1);
    }

    /// <summary>Some embedding services name nothing but the sum.</summary>
    [Theory]
    [InlineData("""{"total_tokens":17}""", 17, 0)]
    [InlineData("""{"prompt_tokens":17,"total_tokens":17}""", 17, 0)]
    [InlineData("""{"prompt_tokens":0,"completion_tokens":0,"total_tokens":17}""", 17, 0)]
    [InlineData("""{"prompt_tokens":5,"completion_tokens":10,"total_tokens":115}""", 5, 110)]
    [InlineData(
        """{"prompt_tokens":10,"completion_tokens":5,"total_tokens":1015,"prompt_tokens_details":{"cached_tokens":1000}}""",
        1010,
        5
    )]
    [InlineData(
        """{"prompt_tokens":1010,"completion_tokens":5,"total_tokens":1015,"prompt_tokens_details":{"cached_tokens":1000}}""",
        1010,
        5
    )]
    [InlineData(
        """{"prompt_tokens":10,"completion_tokens":2,"total_tokens":17,"completion_tokens_details":{"reasoning_tokens":5}}""",
        10,
        7
    )]
    [InlineData(
        """{"prompt_tokens":10,"completion_tokens":7,"total_tokens":17,"completion_tokens_details":{"reasoning_tokens":5}}""",
        10,
        7
    )]
    public async Task Usage_OfVendorsThatCountOtherwise_IsCharged(string usage, long input, long output)
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                FakeUpstream.JsonAsync(context, $$"""{"object":"list","data":[],"model":"text-embedding-3-small","usage":{{usage}}}""")
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var response = await gateway.Client.PostAsync(
            "/v1/embeddings",
            ChatRequests.Json("""{"model":"text-embedding-3-small","input":"Hi"}""")
        );

        var row = await gateway.LedgerRowAsync(response);
        (row.Usage.InputTokens, row.Usage.OutputTokens).ShouldBe((input, output));
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.CostNanoUsd!.Value.ShouldBeGreaterThan(0);
    }

    /// <summary>DeepSeek names what came from its cache beside the prompt, not within it, and sends blank lines while a request waits.</summary>
    [Fact]
    public async Task DeepSeek_BlankLinesAndCacheHits_AreRead()
    {
        var answer =
            "\n\n\n"
            + ChatAnswers.Plain.Replace(
                ChatAnswers.Usage,
                """{"prompt_tokens":100,"completion_tokens":5,"total_tokens":105,"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36}""",
                StringComparison.Ordinal
            );

        var (source, usage, _) = await AskAsync(answer);

        source.ShouldBe(UsageSource.Provider);
        usage.ShouldBe(
            new TokenUsage
            {
                InputTokens = 100,
                CachedInputTokens = 64,
                OutputTokens = 5,
            }
        );
    }
}
