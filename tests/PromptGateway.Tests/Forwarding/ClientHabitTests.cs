using System.Net;
using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>What agents really send, and what providers really answer them, passes as it is.</summary>
public sealed class ClientHabitTests
{
    /// <summary>Codex: tools that are no functions, metadata, encrypted reasoning of earlier turns.</summary>
    private const string Codex = """
        {"model":"gpt-5-codex","instructions":"You are Codex.","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]},
        {"type":"reasoning","id":"rs_1","summary":[],"content":null,"encrypted_content":"gAAAAAB=="},{"type":"compaction","encrypted_content":"x"},
        {"type":"local_shell_call","call_id":"c1","action":{"type":"exec","command":["ls"]}}],
        "tools":[{"type":"namespace","name":"functions","tools":[{"name":"shell"}]},{"type":"web_search","external_web_access":false},{"type":"local_shell"}],
        "tool_choice":"auto","parallel_tool_calls":false,"reasoning":{"effort":"high","summary":"auto"},"store":false,"stream":true,
        "include":["reasoning.encrypted_content"],"prompt_cache_key":"0199-aa","client_metadata":{"x-codex-installation-id":"1"}}
        """;

    /// <summary>Claude Code: fields that only betas know, blocks that only the provider understands, cache markers.</summary>
    private const string ClaudeCode = """
        {"model":"claude-sonnet-4-5","max_tokens":32000,"stream":true,"system":[{"type":"text","text":"You are Claude Code.","cache_control":{"type":"ephemeral","ttl":"1h"}}],
        "messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]},
        {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"eA=="},
        {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"x"}},
        {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]},{"type":"tool_use","id":"t1","name":"Bash","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"ok"}],"is_error":false}]}],
        "tools":[{"name":"Bash","input_schema":{"type":"object"},"eager_input_streaming":true}],"thinking":{"type":"adaptive"},
        "context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]},"output_config":{"effort":"high"},"metadata":{"user_id":"user_1"}}
        """;

    [Theory]
    [InlineData("/v1/responses", Codex)]
    [InlineData("/v1/messages?beta=true", ClaudeCode)]
    [InlineData("/v1/messages/count_tokens?beta=true", ClaudeCode)]
    [InlineData("/v1/chat/completions?api-version=2024-10-21", ChatRequests.Plain)]
    public async Task Request_OfAnAgent_ReachesTheProviderByteForByteWithItsQuery(string path, string body)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.Client.PostAsync(path, ChatRequests.Json(body));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        upstream.Last.Text.ShouldBe(body);
        upstream.Last.Target.ShouldBe(path);
    }

    /// <summary>Azure begins with a frame without choices, ids or time, and sends marks of its filter after the end.</summary>
    [Fact]
    public async Task AzureStream_FramesOfItsFilter_PassAndAreNoUsage()
    {
        const string first =
            "data: {\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\",\"prompt_filter_results\":[{\"prompt_index\":0,\"content_filter_results\":{\"hate\":{\"filtered\":false}}}]USAGE}\n\n";
        const string mark =
            "data: {\"choices\":[{\"content_filter_offsets\":{\"check_offset\":44},\"content_filter_results\":{},\"finish_reason\":null,\"index\":0}],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\"USAGE}\n\n";
        string Stream(string usage) =>
            (first + ChatAnswers.Chunk("""[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]""", null)).Replace("USAGE", usage)
            + ChatAnswers.Chunk("""[{"index":0,"delta":{},"finish_reason":"stop"}]""", null)
            + mark.Replace("USAGE", usage);
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => FakeUpstream.StreamAsync(context, Stream(",\"usage\":null"), ChatAnswers.UsageChunk, ChatAnswers.Done)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.ChatAsync(gateway);
        var (text, failure) = await call.RestTextAsync();

        failure.ShouldBeNull();
        text.ShouldBe(Stream("") + ChatAnswers.Done);
        var row = await gateway.LedgerRowAsync(call.Response);
        row.Usage.OutputTokens.ShouldBe(5);
        row.ResponseModel.ShouldBe("gpt-4o-mini-2024-07-18");
    }

    /// <summary>OpenRouter: an error once generation had begun, with a numeric code and a finish of its own.</summary>
    [Fact]
    public async Task OpenRouterStream_ErrorInAChunkWithAFinish_IsAFailure()
    {
        const string error =
            "data: {\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"error\":{\"code\":502,\"message\":\"Provider disconnected\"},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}\n\n";
        string[] sent =
        [
            ": OPENROUTER PROCESSING\n\n",
            ChatAnswers.Chunk("""[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]""", null),
            error,
        ];
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.StreamAsync(context, sent));
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.ChatAsync(gateway);

        (await call.RestTextAsync()).Text.ShouldBe(string.Concat(sent));
        var row = await gateway.LedgerRowAsync(call.Response);
        row.Outcome.ShouldBe("upstream_error");
        row.Usage.OutputTokens.ShouldBe(1);
    }

    /// <summary>vLLM counts on in each chunk; what had been generated when it was cut is what the last of them says.</summary>
    [Fact]
    public async Task CumulativeUsage_OfAStreamThatIsCut_IsWhatTheLastChunkSays()
    {
        string Usage(int output) => $$"""{"prompt_tokens":10,"completion_tokens":{{output}},"total_tokens":{{10 + output}}}""";
        var sent = Enumerable
            .Range(1, 5)
            .Select(i => ChatAnswers.Chunk("""[{"index":0,"delta":{"content":"ab"},"finish_reason":null}]""", Usage(3 * i)));
        await using var upstream = await FakeUpstream.StartAsync((context, _) => FakeUpstream.StreamAsync(context, [.. sent]));
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var call = await StreamCall.ChatAsync(gateway);
        await call.RestAsync();

        var row = await gateway.LedgerRowAsync(call.Response);
        row.Usage.ShouldBe(new TokenUsage { InputTokens = 10, OutputTokens = 15 });
        row.Outcome.ShouldBe("upstream_cut");
    }

    /// <summary>Field report 87.</summary>
    [Fact]
    public async Task CountTokens_ThatGoesWrong_AnswersInItsOwnShape()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.One(new Uri(upstream.Address, "/"), ("Provider", "anthropic"), ("CatchAll", "false"), ("Models", "claude-*"))
        );

        foreach (var body in new[] { """{"model":"gpt-4o","messages":[]}""", """{"messages":[]}""", "{" })
        {
            using var answer = await gateway.Client.PostAsync("/v1/messages/count_tokens", ChatRequests.Json(body));
            ((int)answer.StatusCode).ShouldBeInRange(400, 404, body);
            var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            error["type"]!.GetValue<string>().ShouldBe("error", body);
            error["error"]!["type"]!.GetValue<string>().ShouldEndWith("_error");
            error["error"]!["message"]!.GetValue<string>().ShouldNotBeEmpty();
        }
        upstream.Received.ShouldBeEmpty();
    }
}
