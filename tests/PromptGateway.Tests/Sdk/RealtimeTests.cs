using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenAI.Realtime;
using PromptGateway.Chat;
using PromptGateway.Forwarding;
using PromptGateway.Tests.Gateway;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Sdk;

public sealed class RealtimeTests
{
    private const string Done = """
        {"type":"response.done","event_id":"e1","response":{"id":"r1","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"say \"response.done\""}]}],
        "usage":{"total_tokens":150,"input_tokens":100,"output_tokens":50,
        "input_token_details":{"text_tokens":60,"audio_tokens":40,"cached_tokens_details":{"text_tokens":30,"audio_tokens":2},"cached_tokens":32},
        "output_token_details":{"text_tokens":10,"audio_tokens":40}}}}
        """;

    [Fact]
    public async Task Session_OpenAIRealtimeClient_IsAnsweredAndItsResponsesAreSummedUp()
    {
        await using var gateway = await TestGateway.StartAsync();
        var client = new RealtimeClient(
            new System.ClientModel.ApiKeyCredential(TestGateway.ApiKey),
            new RealtimeClientOptions { Endpoint = new Uri($"ws://{gateway.Address.Authority}/v1") }
        );
        long input = 0,
            output = 0;
        using (var session = await client.StartConversationSessionAsync("gpt-4o", new RealtimeSessionClientOptions()))
        {
            for (var turn = 0; turn < 2; turn++)
            {
                await session.AddItemAsync(RealtimeItem.CreateUserMessageItem("Hello there"));
                await session.StartResponseAsync();
                var usage = await ResponseAsync(session);
                input += usage.InputTokenCount!.Value;
                output += usage.OutputTokenCount!.Value;
            }
            await session.WebSocket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        var row = await OnlyRowAsync(gateway);
        row.Operation.ShouldBe("realtime");
        row.Outcome.ShouldBe("ok");
        row.RequestedModel.ShouldBe("gpt-4o");
        row.ResponseModel.ShouldBe("gpt-4o");
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.Usage.ShouldBe(new TokenUsage { InputTokens = input, OutputTokens = output });
        row.CostNanoUsd.ShouldBe(input * 2500 + output * 10_000);
    }

    private static async Task<RealtimeResponseUsage> ResponseAsync(RealtimeSessionClient session)
    {
        await foreach (var update in session.ReceiveUpdatesAsync())
            if (update is RealtimeServerUpdateResponseDone done)
                return done.Response.Usage;
        throw new InvalidOperationException("The session ended without an answer.");
    }

    [Fact]
    public async Task Session_KeyAsSubprotocol_StaysHereAndTheProvidersKeyGoesUpstream()
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) => ServeAsync(context, Done, Done));
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("realtime");
        socket.Options.AddSubProtocol("openai-insecure-api-key." + TestGateway.ApiKey);
        socket.Options.AddSubProtocol("openai-beta.realtime-v1");
        socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();

        await socket.ConnectAsync(Address(gateway, "gpt-4o"), CancellationToken.None);
        await ReadToEndAsync(socket);

        socket.SubProtocol.ShouldBe("realtime");
        var sent = upstream.Last.Headers;
        sent["Sec-WebSocket-Protocol"].ShouldBe("realtime, openai-beta.realtime-v1");
        sent["Authorization"].ShouldBe("Bearer " + FakeUpstream.Secret);
        sent.Keys.ShouldNotContain("Sec-WebSocket-Extensions");
        string.Join("\n", sent.Values).ShouldNotContain(TestGateway.ApiKey);
        var row = await OnlyRowAsync(gateway);
        row.Usage.ShouldBe(
            new TokenUsage
            {
                InputTokens = 200,
                CachedInputTokens = 64,
                OutputTokens = 100,
            }
        );
    }

    [Fact]
    public async Task Session_OfAnAlias_NamesTheUpstreamsModelAndKeepsTheQuery()
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) => ServeAsync(context, Done));
        await using var gateway = await TestGateway.StartAsync(
            new() { ["KEY"] = FakeUpstream.Secret },
            $$$"""
            {"ReverseProxy":{"Clusters":{"one":{
              "Metadata":{"ApiKey":"${KEY}","Models":"gpt-4o","Aliases":"voice=gpt-4o"},
              "Destinations":{"a":{"Address":"{{{upstream.Address}}}v1"} }
            } } } }
            """
        );
        using var socket = Socket();

        await socket.ConnectAsync(new Uri(Address(gateway, "voice") + "&intent=talk"), CancellationToken.None);
        await ReadToEndAsync(socket);

        upstream.Last.Target.ShouldBe("/v1/realtime?model=gpt-4o&intent=talk");
        (await OnlyRowAsync(gateway)).RequestedModel.ShouldBe("voice");
    }

    [Fact]
    public async Task Session_ClientVanishes_LeavesOneRowWithWhatWasUsed()
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) => ServeAsync(context, closes: false, Done));
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var socket = Socket();

        await socket.ConnectAsync(Address(gateway, "gpt-4o"), CancellationToken.None);
        await socket.ReceiveAsync(new byte[4096], CancellationToken.None);
        socket.Abort();

        var row = await OnlyRowAsync(gateway);
        row.Outcome.ShouldBe("ok");
        row.Usage.OutputTokens.ShouldBe(50);
    }

    [Fact]
    public async Task Session_UpstreamVanishes_IsCutAndKeepsWhatWasUsed()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync("realtime");
                await SendAsync(socket, Done);
                await socket.ReceiveAsync(new byte[100], CancellationToken.None);
                context.Abort();
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var socket = Socket();

        await socket.ConnectAsync(Address(gateway, "gpt-4o"), CancellationToken.None);
        await socket.ReceiveAsync(new byte[4096], CancellationToken.None);
        await SendAsync(socket, "{}");

        await Should.ThrowAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[100], CancellationToken.None));
        var row = await OnlyRowAsync(gateway);
        row.Outcome.ShouldBe("upstream_cut");
        row.Usage.OutputTokens.ShouldBe(50);
    }

    [Fact]
    public async Task Session_WithoutModelOrKey_IsRefusedBeforeAnythingIsSent()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var noModel = Socket();
        noModel.Options.CollectHttpResponseDetails = true;
        using var noKey = new ClientWebSocket();
        noKey.Options.CollectHttpResponseDetails = true;

        await Should.ThrowAsync<WebSocketException>(() =>
            noModel.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}/v1/realtime"), CancellationToken.None)
        );
        await Should.ThrowAsync<WebSocketException>(() => noKey.ConnectAsync(Address(gateway, "gpt-4o"), CancellationToken.None));

        noModel.HttpStatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        noKey.HttpStatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task WebSocket_OnAnotherPath_IsRefusedBecauseNobodyWouldSeeItsModel()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var socket = Socket();
        socket.Options.CollectHttpResponseDetails = true;

        await Should.ThrowAsync<WebSocketException>(() =>
            socket.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}/v1/responses"), CancellationToken.None)
        );

        socket.HttpStatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Session_OverHttp2_IsMeteredToo()
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) => ServeAsync(context, Done));
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var socket = Socket();
        socket.Options.HttpVersion = System.Net.HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });

        await socket.ConnectAsync(Address(gateway, "gpt-4o"), http, CancellationToken.None);
        await ReadToEndAsync(socket);

        var row = await OnlyRowAsync(gateway);
        row.Operation.ShouldBe("realtime");
        row.Usage.InputTokens.ShouldBe(100);
    }

    private static string Transcribed(string usage) =>
        """{"type":"conversation.item.input_audio_transcription.completed","event_id":"e","item_id":"i","content_index":0,"transcript":"a \"usage\": {}","usage":"""
        + usage
        + "}";

    [Fact]
    public async Task Session_WithTranscription_CountsItAtThePriceOfTheModelThatTranscribed()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                ServeAsync(
                    context,
                    """{"type":"session.created","session":{"audio":{"input":{"transcription":{"model":"gpt-4.1"}}},"type":"realtime","model":"gpt-realtime"}}""",
                    Transcribed("""{"type":"tokens","input_tokens":40,"output_tokens":10,"total_tokens":50}"""),
                    Done,
                    """{"type":"session.updated","session":{"input_audio_transcription":{"model":"gpt-4o"},"model":"gpt-realtime"}}""",
                    Transcribed("""{"type":"tokens","input_tokens":20,"output_tokens":5,"total_tokens":25}""")
                )
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var socket = Socket();

        await socket.ConnectAsync(Address(gateway, "gpt-realtime"), CancellationToken.None);
        await ReadToEndAsync(socket);

        var row = await OnlyRowAsync(gateway);
        row.ResponseModel.ShouldBe("gpt-realtime");
        row.Usage.InputTokens.ShouldBe(160);
        row.Usage.OutputTokens.ShouldBe(65);
        const long Answer = 30 * 4000 + 30 * 400 + 38 * 32_000 + 2 * 400 + 10 * 16_000 + 40 * 64_000;
        row.CostNanoUsd.ShouldBe(Answer + (40 * 2000 + 10 * 8000) + (20 * 2500 + 5 * 10_000));
    }

    [Theory]
    [InlineData(
        "gpt-4o",
        """{"type":"tokens","input_tokens":40,"output_tokens":10,"total_tokens":50,"input_token_details":{"text_tokens":0,"audio_tokens":40}}"""
    )]
    [InlineData("gpt-4o", """{"type":"duration","seconds":12}""")]
    [InlineData("nobody-knows", """{"type":"tokens","input_tokens":40,"output_tokens":10,"total_tokens":50}""")]
    public async Task Session_PartWithoutAPrice_HasAnUnknownCostAndNotThatOfText(string model, string usage)
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                ServeAsync(
                    context,
                    """{"type":"session.created","session":{"model":"gpt-realtime","audio":{"input":{"transcription":{"model":"MODEL"}}}}}""".Replace(
                        "MODEL",
                        model
                    ),
                    Done,
                    Transcribed(usage)
                )
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var socket = Socket();

        await socket.ConnectAsync(Address(gateway, "gpt-realtime"), CancellationToken.None);
        await ReadToEndAsync(socket);

        var row = await OnlyRowAsync(gateway);
        row.UsageSource.ShouldBe(UsageSource.Provider);
        row.CostNanoUsd.ShouldBeNull();
    }

    [Fact]
    public async Task Session_ThatOnlyTranscribes_GetsItsModelFromTheSession()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) =>
                ServeAsync(
                    context,
                    """{"type":"transcription_session.created","session":{"id":"sess_1","input_audio_transcription":null}}""",
                    """{"type":"session.updated","session":{"type":"transcription","audio":{"input":{"transcription":{"model":"gpt-4.1"}}}}}""",
                    Transcribed("""{"type":"tokens","input_tokens":40,"output_tokens":10,"total_tokens":50}""")
                )
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var socket = Socket();

        await socket.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}/v1/realtime?intent=transcription"), CancellationToken.None);
        await ReadToEndAsync(socket);

        upstream.Last.Target.ShouldBe("/v1/realtime?intent=transcription");
        var row = await OnlyRowAsync(gateway);
        row.RequestedModel.ShouldBe("gpt-4.1");
        row.UpstreamModel.ShouldBe("gpt-4.1");
        row.ResponseModel.ShouldBe("gpt-4.1");
        row.Usage.ShouldBe(new TokenUsage { InputTokens = 40, OutputTokens = 10 });
        row.CostNanoUsd.ShouldBe(40 * 2000 + 10 * 8000);
    }

    [Fact]
    public async Task Session_ThatJoinsACall_GetsItsModelFromTheSession()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            (context, _) => ServeAsync(context, """{"type":"session.created","session":{"model":"gpt-realtime"}}""", Done)
        );
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var socket = Socket();

        await socket.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}/v1/realtime?call_id=rtc_1"), CancellationToken.None);
        await ReadToEndAsync(socket);

        upstream.Last.Target.ShouldBe("/v1/realtime?call_id=rtc_1");
        var row = await OnlyRowAsync(gateway);
        row.RequestedModel.ShouldBe("gpt-realtime");
        row.CostNanoUsd.ShouldNotBeNull().ShouldBePositive();
    }

    /// <summary>Everybody in a call is told of each of its answers.</summary>
    [Fact]
    public async Task Sessions_ThatJoinOneCall_AreChargedForEachAnswerOnce()
    {
        const string Of2 =
            """{"type":"response.done","response":{"id":"r2","usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}}""";
        var joined = 0;
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                if (Interlocked.Increment(ref joined) == 2)
                    both.SetResult();
                await both.Task;
                await ServeAsync(context, """{"type":"session.created","session":{"model":"gpt-realtime"}}""", Done, Of2);
            }
        );
        await using var gateway = await TestGateway.StartAsync(upstream);

        await Task.WhenAll(JoinAsync(), JoinAsync());

        var calls = gateway.Services.GetRequiredService<JoinedCalls>();
        await Eventually.BecomesAsync(() => Task.FromResult(calls.Count == 0));
        await Eventually.BecomesAsync(async () => (await TotalAsync()).Requests == 2);
        (await TotalAsync()).InputTokens.ShouldBe(101);

        async Task JoinAsync()
        {
            using var socket = Socket();
            await socket.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}/v1/realtime?call_id=rtc_1"), CancellationToken.None);
            await ReadToEndAsync(socket);
        }

        async Task<UsageReportRow> TotalAsync() =>
            (await gateway.Services.GetRequiredService<IUsageLog>().ReportAsync(new UsageQuery(), default)).Total;
    }

    [Fact]
    public async Task Session_WithoutModelOfARestrictedKey_IsRefused()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var restricted = await gateway.NewRestrictedClientAsync("gpt-4o");
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", restricted.DefaultRequestHeaders.Authorization!.ToString());
        socket.Options.CollectHttpResponseDetails = true;

        await Should.ThrowAsync<WebSocketException>(() =>
            socket.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}/v1/realtime?intent=transcription"), CancellationToken.None)
        );

        socket.HttpStatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        upstream.Received.ShouldBeEmpty();
    }

    private static ClientWebSocket Socket()
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("realtime");
        socket.Options.SetRequestHeader("Authorization", "Bearer " + TestGateway.ApiKey);
        return socket;
    }

    private static Uri Address(TestGateway gateway, string model) => new($"ws://{gateway.Address.Authority}/v1/realtime?model={model}");

    private static Task ServeAsync(HttpContext context, params string[] messages) => ServeAsync(context, closes: true, messages);

    private static async Task ServeAsync(HttpContext context, bool closes, params string[] messages)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("realtime");
        foreach (var message in messages)
            await SendAsync(socket, message);
        if (closes)
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        else
            await socket.ReceiveAsync(new byte[100], context.RequestAborted);
    }

    private static Task SendAsync(WebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private static async Task ReadToEndAsync(ClientWebSocket socket)
    {
        var buffer = new byte[8192];
        while ((await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType != WebSocketMessageType.Close) { }
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    /// <summary>WebSocket clients do not show the id of their session; it is the only request of these tests.</summary>
    private static async Task<UsageRecord> OnlyRowAsync(TestGateway gateway) =>
        (await LedgerRows.OfAsync(gateway, count: 1)).ShouldHaveSingleItem();
}
