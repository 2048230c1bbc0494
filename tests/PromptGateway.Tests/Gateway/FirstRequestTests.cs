using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using PromptGateway.Chat;

namespace PromptGateway.Tests.Gateway;

public sealed class FirstRequestTests
{
    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    [Fact]
    public async Task Chat_WithoutAnyUpstream_IsAnsweredByTheSimulator()
    {
        await using var gateway = await TestGateway.StartAsync();

        var answer = await gateway.Client.PostAsync(
            "/v1/chat/completions",
            Body("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}""")
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var json = await answer.Content.ReadFromJsonAsync<JsonObject>();
        json!["usage"]!["prompt_tokens"]!.GetValue<int>().ShouldBe(8);
    }

    [Fact]
    public async Task Chat_Answered_LeavesOneLedgerRowWithTheProvidersUsageAndItsCost()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync("/v1/chat/completions", Body("""{"model":"gpt-4o-mini","messages":[]}"""));

        var row = await gateway.LedgerRowAsync(answer);
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.Usage.ShouldBe(
            new TokenUsage
            {
                InputTokens = 12,
                OutputTokens = 5,
                CachedInputTokens = 4,
                ReasoningTokens = 2,
            }
        );
        // 8 x 0.15 + 4 x 0.075 + 5 x 0.60 USD per million.
        row.CostNanoUsd.ShouldBe(8 * 150 + 4 * 75 + 5 * 600);
        row.ResponseModel.ShouldBe("gpt-4o-mini-2024-07-18");
        row.Outcome.ShouldBe("ok");
    }

    [Fact]
    public async Task Chat_WithoutKey_IsRefusedInOpenAIShape()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var stranger = gateway.NewClient("pg-nonsense");

        var answer = await stranger.PostAsync("/v1/chat/completions", Body("{}"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var error = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;
        error["code"]!.GetValue<string>().ShouldBe("invalid_api_key");
    }

    [Fact]
    public async Task ErrorAnswer_ClientLeavesWhileItIsRead_StillLeavesOneLedgerRow()
    {
        var answering = new TaskCompletionSource();
        await using var upstream = new RawUpstream(
            async (socket, _) =>
            {
                await RawUpstream.SendAsync(socket, "HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
                answering.SetResult();
                await socket.ReceiveAsync(new byte[1]);
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);
        using var leaving = new CancellationTokenSource();
        var call = gateway.Client.PostAsync("/v1/chat/completions", Body("""{"model":"gpt-4o-mini","messages":[]}"""), leaving.Token);

        await answering.Task;
        // A round trip through the gateway, in which it reads the head of the answer.
        await gateway.Client.GetAsync("/v1/models");
        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
        (await gateway.FirstLedgerRowAsync()).Outcome.ShouldBe("client_closed");
    }

    [Theory]
    [InlineData("/v1/realtime/client_secrets")]
    [InlineData("/v1/realtime/sessions")]
    [InlineData("/v1/Realtime/calls")]
    public async Task ProviderCredentials_AskedForWithAKeyOfTheGateway_AreRefused(string path)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync(path, Body("""{"model":"gpt-realtime"}"""));

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Form_WithAnEndlessModelName_IsRefusedBeforeItReachesTheLedger()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var form = new MultipartFormDataContent { { new StringContent(new string('m', 5000)), "model" } };

        var answer = await gateway.Client.PostAsync("/v1/audio/transcriptions", form);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stream_UsageNotAskedFor_ReachesTheClientWithoutIt()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                FakeUpstream.StreamAsync(
                    context,
                    ChatAnswers.Text("Hel"),
                    ChatAnswers.Text("lo"),
                    ChatAnswers.Finish,
                    ChatAnswers.UsageChunk,
                    ChatAnswers.Done
                )
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.Client.PostAsync(
            "/v1/chat/completions",
            Body("""{"model":"gpt-4o-mini","stream":true,"messages":[]}""")
        );
        var text = await answer.Content.ReadAsStringAsync();

        upstream.Last.Text.ShouldBe("""{"model":"gpt-4o-mini","stream":true,"messages":[],"stream_options":{"include_usage":true}}""");
        text.ShouldBe(
            ChatAnswers.Chunk("""[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]""", null)
                + ChatAnswers.Chunk("""[{"index":0,"delta":{"content":"lo"},"finish_reason":null}]""", null)
                + ChatAnswers.Chunk("""[{"index":0,"delta":{},"finish_reason":"stop"}]""", null)
                + ChatAnswers.Done
        );
        (await gateway.LedgerRowAsync(answer)).Usage.OutputTokens.ShouldBe(5);
    }

    [Fact]
    public async Task Stream_UpstreamResetsInTheMiddle_EndsWithAnErrorEventAndACutTransfer()
    {
        await using var upstream = new RawUpstream(
            async (socket, _) =>
            {
                var chunk = ChatAnswers.Text("Hel");
                await RawUpstream.SendAsync(
                    socket,
                    $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n{chunk.Length:x}\r\n{chunk}\r\n"
                );
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream.Environment);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = Body("""{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"Hello"}]}"""),
        };

        using var answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var text = "";
        var failure = await Record.ExceptionAsync(async () =>
        {
            while (await reader.ReadLineAsync() is { } line)
                text += line + "\n";
        });

        text.ShouldContain("upstream_stream_cut");
        failure.ShouldBeAssignableTo<IOException>();
        var row = await gateway.LedgerRowAsync(answer);
        row.Outcome.ShouldBe("upstream_cut");
        row.UsageSource.ShouldBe(UsageSource.Estimated);
        // What the provider would have counted: the message, not the JSON around it.
        row.Usage.InputTokens.ShouldBe(8);
        row.CostNanoUsd!.Value.ShouldBeGreaterThan(0);
    }
}
