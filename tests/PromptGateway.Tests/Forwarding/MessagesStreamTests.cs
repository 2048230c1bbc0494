using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Forwarding;

public sealed class MessagesStreamTests
{
    public const string Request =
        """{"model":"claude-sonnet-4-5","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Hello there"}]}""";

    private static string Event(string type, string more = "") => $"event: {type}\ndata: {{\"type\":\"{type}\"{more}}}\n\n";

    public static string Start(string usage) =>
        Event(
            "message_start",
            ",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5-x\",\"content\":[],\"usage\":"
                + usage
                + "}"
        );

    public static readonly string Text =
        Event("content_block_start", ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
        + Event("ping")
        + Event("content_block_delta", ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}");

    private static string End(string usage) =>
        Event("content_block_stop", ",\"index\":0")
        + Event("message_delta", ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":" + usage)
        + Event("message_stop");

    private static async Task<(string Text, Exception? Failure, UsageRecord Row)> RunAsync(params string[] pieces)
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.StreamAsync(context, pieces));
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var call = await StreamCall.OpenAsync(gateway, "/v1/messages", Request);
        var (text, failure) = await call.RestTextAsync();
        upstream.Last.Text.ShouldBe(Request);
        return (text, failure, await gateway.LedgerRowAsync(call.Response));
    }

    [Fact]
    public async Task StartAndDelta_AreMergedNotAdded()
    {
        string[] sent =
        [
            Start("""{"input_tokens":25,"cache_read_input_tokens":100,"output_tokens":1}"""),
            Text,
            End("""{"input_tokens":25,"cache_read_input_tokens":100,"output_tokens":15}"""),
        ];

        var (text, failure, row) = await RunAsync(sent);

        failure.ShouldBeNull();
        text.ShouldBe(string.Concat(sent));
        row.Usage.ShouldBe(
            new TokenUsage
            {
                InputTokens = 125,
                CachedInputTokens = 100,
                OutputTokens = 15,
            }
        );
        row.Outcome.ShouldBe("ok");
        row.ResponseModel.ShouldBe("claude-sonnet-4-5-x");
    }

    [Fact]
    public async Task ZeroStart_IsReplacedByTheEnd()
    {
        var (_, _, row) = await RunAsync(
            Start("""{"input_tokens":0,"output_tokens":0}"""),
            Text,
            End("""{"input_tokens":30,"output_tokens":7}""")
        );

        row.Usage.ShouldBe(new TokenUsage { InputTokens = 30, OutputTokens = 7 });
    }

    [Fact]
    public async Task ZeroAtTheEnd_DoesNotReplaceTheStart()
    {
        var (_, _, row) = await RunAsync(
            Start("""{"input_tokens":30,"output_tokens":1}"""),
            Text,
            End("""{"input_tokens":0,"output_tokens":7}""")
        );

        row.Usage.ShouldBe(new TokenUsage { InputTokens = 30, OutputTokens = 7 });
    }

    [Fact]
    public async Task CacheCreation_IsSplitByLifetimeAndCountedOnce()
    {
        var (_, _, row) = await RunAsync(
            Start(
                """{"input_tokens":10,"cache_creation_input_tokens":500,"cache_read_input_tokens":40,"cache_creation":{"ephemeral_5m_input_tokens":200,"ephemeral_1h_input_tokens":300},"output_tokens":1}"""
            ),
            Text,
            End("""{"output_tokens":7,"output_tokens_details":{"thinking_tokens":3}}""")
        );

        row.Usage.ShouldBe(
            new TokenUsage
            {
                InputTokens = 550,
                CachedInputTokens = 40,
                CacheWriteTokens = 200,
                CacheWrite1hTokens = 300,
                OutputTokens = 7,
                ReasoningTokens = 3,
            }
        );
    }

    [Fact]
    public async Task ErrorEvent_PassesAndIsRecorded()
    {
        var error = Event("error", ",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}");

        var (text, failure, row) = await RunAsync(Start("""{"input_tokens":25,"output_tokens":1}"""), Text, error);

        failure.ShouldBeNull();
        text.ShouldEndWith(error);
        row.Outcome.ShouldBe("upstream_error");
    }

    [Fact]
    public async Task Cut_EndsInAnErrorEventOfThatApi()
    {
        var (text, failure, row) = await RunAsync(Start("""{"input_tokens":25,"output_tokens":1}"""), Text);

        failure.ShouldNotBeNull();
        var last = text.TrimEnd('\n').Split("\n\n")[^1];
        last.ShouldStartWith("event: error\ndata: ");
        var error = JsonNode.Parse(last.Split("data: ")[1])!;
        error["type"]!.GetValue<string>().ShouldBe("error");
        error["error"]!["type"]!.GetValue<string>().ShouldBe("api_error");
        row.Outcome.ShouldBe("upstream_cut");
    }

    [Fact]
    public async Task StreamWithoutEventLines_IsUnderstoodByItsData()
    {
        static string DataOnly(string sse) =>
            string.Concat(sse.Split('\n').Where(line => !line.StartsWith("event:")).Select(line => line + "\n"));
        string[] sent =
        [
            DataOnly(Start("""{"input_tokens":25,"output_tokens":1}""")),
            DataOnly(Text),
            DataOnly(End("""{"output_tokens":15}""")),
        ];

        var (text, failure, row) = await RunAsync(sent);

        failure.ShouldBeNull();
        text.ShouldBe(string.Concat(sent));
        row.Usage.ShouldBe(new TokenUsage { InputTokens = 25, OutputTokens = 15 });
        row.Outcome.ShouldBe("ok");
    }

    /// <summary>The start names the prompt, but only a placeholder for the output: what was sent since is estimated.</summary>
    [Fact]
    public async Task Cut_AfterMuchText_BillsTheOutputThatWasSent()
    {
        var delta = Event("content_block_delta", ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}");

        var (_, _, row) = await RunAsync([Start("""{"input_tokens":25,"output_tokens":1}"""), .. Enumerable.Repeat(delta, 50)]);

        row.Usage.InputTokens.ShouldBe(25);
        row.Usage.OutputTokens.ShouldBeGreaterThanOrEqualTo(50);
        row.UsageSource.ShouldBe(UsageSource.Estimated);
    }
}
