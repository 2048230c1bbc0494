using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Chat;
using PromptGateway.Forwarding;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

/// <summary>The three limits on an upstream's time, on a clock that moves only when the test says so.</summary>
public sealed class TimeoutTests
{
    private readonly ShiftedClock _clock = new();

    private Task<TestGateway> StartAsync(PacedUpstream upstream, string limit) =>
        TestGateway.StartAsync(
            yarpJson: YarpFile.One(upstream.Upstream.Address, (limit, "00:01:00")),
            change: builder => builder.Services.AddSingleton<TimeProvider>(_clock)
        );

    [Theory]
    [InlineData("FirstByteTimeout")]
    [InlineData("TotalTimeout")]
    [InlineData("ActivityTimeout")]
    public async Task NoAnswerInTime_Is504AndTheUpstreamIsLeft(string limit)
    {
        await using var upstream = await PacedUpstream.StartAsync(contentType: null);
        await using var gateway = await StartAsync(upstream, limit);
        var asking = gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain));
        await upstream.CalledAsync();

        _clock.Advance(TimeSpan.FromSeconds(59));
        asking.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(2));

        var answer = await asking;
        answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        var error = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;
        error["code"]!.GetValue<string>().ShouldBe("upstream_timeout");
        error["message"]!.GetValue<string>().ShouldContain("main");
        await upstream.LeftAsync();
        var row = await gateway.LedgerRowAsync(answer);
        row.Outcome.ShouldBe("upstream_timeout");
        row.Status.ShouldBe(504);
        row.UsageSource.ShouldBe(UsageSource.Estimated);
        row.Attempts.ShouldBe(1);
        upstream.Upstream.Received.Count.ShouldBe(1);
        gateway.Services.GetRequiredService<OpenAttempts>().Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("FirstByteTimeout", "")]
    [InlineData("FirstByteTimeout", ChatRequests.AskingForUsage)]
    [InlineData("TotalTimeout", "")]
    [InlineData("ActivityTimeout", "")]
    public async Task StreamThatSaysNothing_Is504(string limit, string more)
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, limit);
        var opening = StreamCall.ChatAsync(gateway, more);
        await upstream.CalledAsync();

        _clock.Advance(TimeSpan.FromSeconds(61));

        using var call = await opening;
        call.Response.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await call.RestTextAsync()).Text.ShouldContain("\"code\":\"upstream_timeout\"");
        await upstream.LeftAsync();
        (await gateway.LedgerRowAsync(call.Response)).Outcome.ShouldBe("upstream_timeout");
    }

    [Theory]
    [InlineData("TotalTimeout", "")]
    [InlineData("TotalTimeout", ChatRequests.AskingForUsage)]
    [InlineData("ActivityTimeout", "")]
    [InlineData("ActivityTimeout", ChatRequests.AskingForUsage)]
    public async Task StreamInTheMiddle_EndsInAnErrorEvent(string limit, string more)
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, limit);
        var opening = StreamCall.ChatAsync(gateway, more);
        await upstream.SendAsync(ChatAnswers.Text("Hel"));
        using var call = await opening;
        (await call.NextEventAsync()).ShouldNotBeNull();

        _clock.Advance(TimeSpan.FromSeconds(61));

        var (text, failure) = await call.RestTextAsync();
        text.ShouldContain("\"code\":\"upstream_timeout\"");
        failure.ShouldNotBeNull();
        await upstream.LeftAsync();
        var row = await gateway.LedgerRowAsync(call.Response);
        row.Outcome.ShouldBe("upstream_timeout");
        row.Usage.OutputTokens.ShouldBe(1);
        gateway.Services.GetRequiredService<OpenAttempts>().Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("FirstByteTimeout")]
    [InlineData("ActivityTimeout")]
    public async Task StreamThatKeepsTalking_MayRunLongerThanTheOtherLimits(string limit)
    {
        await using var upstream = await PacedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, limit);
        var opening = StreamCall.ChatAsync(gateway);
        await upstream.SendAsync(": thinking\n\n");
        using var call = await opening;
        (await call.NextEventAsync()).ShouldBe(": thinking\n\n");
        for (var i = 0; i < 5; i++)
        {
            await upstream.SendAsync(": thinking\n\n");
            (await call.NextEventAsync()).ShouldBe(": thinking\n\n");
            _clock.Advance(TimeSpan.FromSeconds(50));
        }
        await upstream.SendAsync(ChatAnswers.Finish + ChatAnswers.UsageChunk + ChatAnswers.Done);
        upstream.End();

        var (text, failure) = await call.RestTextAsync();

        failure.ShouldBeNull();
        text.ShouldEndWith(ChatAnswers.Done);
        (await gateway.LedgerRowAsync(call.Response)).Outcome.ShouldBe("ok");
    }

    [Fact]
    public async Task JsonAnswerThatStops_IsCutNotEnded()
    {
        await using var upstream = await PacedUpstream.StartAsync("application/json");
        await using var gateway = await StartAsync(upstream, "ActivityTimeout");
        var opening = StreamCall.OpenAsync(gateway, ChatRequests.Path, ChatRequests.Plain);
        await upstream.SendAsync("{\"id\":");
        using var call = await opening;
        var reading = call.RestAsync();
        var open = gateway.Services.GetRequiredService<OpenAttempts>();

        while (open.Count > 0)
        {
            _clock.Advance(TimeSpan.FromSeconds(61));
            await Task.Yield();
        }

        (await reading).Failure.ShouldNotBeNull();
        (await gateway.LedgerRowAsync(call.Response)).Outcome.ShouldBe("upstream_timeout");
    }

    /// <summary>Field report 91: a limit that files and batches ignore.</summary>
    [Theory]
    [InlineData("FirstByteTimeout")]
    [InlineData("TotalTimeout")]
    [InlineData("ActivityTimeout")]
    public async Task NoAnswerInTime_OnEveryKindOfRoute_Is504(string limit)
    {
        (string Method, string Path, Func<HttpContent?> Body)[] routes =
        [
            ("GET", "/v1/files", () => null),
            ("GET", "/v1/files/file-1/content", () => null),
            ("DELETE", "/v1/files/file-1", () => null),
            ("POST", "/v1/files", () => new ByteArrayContent([1, 2, 3])),
            ("POST", "/v1/batches", () => ChatRequests.Json("""{"input_file_id":"file-1"}""")),
            ("GET", "/v1/responses/resp_1", () => null),
            ("POST", "/v1/responses", () => ChatRequests.Json("""{"model":"m","input":"Hi"}""")),
            ("POST", "/v1/embeddings", () => ChatRequests.Json("""{"model":"m","input":"Hi"}""")),
            ("POST", "/v1/images/generations", () => ChatRequests.Json("""{"model":"m","prompt":"Hi"}""")),
            ("POST", "/v1/audio/speech", () => ChatRequests.Json("""{"model":"m","input":"Hi","voice":"alloy"}""")),
            (
                "POST",
                "/v1/audio/transcriptions",
                () => new MultipartFormDataContent { { new StringContent("m"), "model" }, { new ByteArrayContent([1]), "file", "a.wav" } }
            ),
            ("POST", "/v1/something/new", () => ChatRequests.Json("""{"model":"m"}""")),
        ];
        await using var upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                context.RequestAborted.Register(() => left.TrySetResult());
                await left.Task;
            }
        );
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.One(upstream.Address, (limit, "00:01:00")),
            change: builder => builder.Services.AddSingleton<TimeProvider>(_clock)
        );

        foreach (var (method, path, body) in routes)
        {
            var before = upstream.Received.Count;
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body() };
            var asking = gateway.Client.SendAsync(request);
            await Eventually.BecomesAsync(() => Task.FromResult(upstream.Received.Count > before));
            _clock.Advance(TimeSpan.FromSeconds(61));

            using var answer = await asking.WaitAsync(TimeSpan.FromSeconds(30));
            answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout, method + path);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("upstream_timeout", customMessage: method + path);
        }
        gateway.Services.GetRequiredService<OpenAttempts>().Count.ShouldBe(0);
    }

    /// <summary>A slow client is no silent upstream.</summary>
    [Theory]
    [InlineData("/v1/files", "application/octet-stream", "")]
    [InlineData(
        "/v1/audio/transcriptions",
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
    )]
    public async Task UploadThatGoesOn_MayTakeLongerThanTheFirstByte(string path, string type, string start)
    {
        const int piece = 32 * 1024;
        const int pieces = 5;
        var seen = 0;
        await using var upstream = new RawUpstream(
            (socket, _) =>
                RawUpstream.SendAsync(
                    socket,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
                ),
            text => Volatile.Write(ref seen, text.Length)
        );
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.One(upstream.Address, ("FirstByteTimeout", "00:01:00")),
            change: builder => builder.Services.AddSingleton<TimeProvider>(_clock)
        );
        using var client = await RawClient.ConnectAsync(gateway);
        await client.SendAsync(
            $"POST {path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {TestGateway.ApiKey}\r\nContent-Type: {type}\r\n"
                + $"Content-Length: {start.Length + (pieces * piece)}\r\n\r\n{start}"
        );

        for (var i = 1; i < pieces; i++)
        {
            await client.SendAsync(new string('x', piece));
            // The last few kilobytes wait in a buffer.
            await Eventually.BecomesAsync(() => Task.FromResult(Volatile.Read(ref seen) > (i * piece) - (piece / 2)));
            _clock.Advance(TimeSpan.FromSeconds(40));
        }
        await client.SendAsync(new string('x', piece));

        (await client.ReadAnswerAsync()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task MessagesTimeout_IsInAnthropicShape()
    {
        await using var upstream = await PacedUpstream.StartAsync(contentType: null);
        await using var gateway = await TestGateway.StartAsync(
            yarpJson: YarpFile.One(new Uri(upstream.Upstream.Address, "/"), ("Provider", "anthropic"), ("FirstByteTimeout", "00:01:00")),
            change: builder => builder.Services.AddSingleton<TimeProvider>(_clock)
        );
        var asking = gateway.Client.PostAsync("/v1/messages", ChatRequests.Json(MessagesStreamTests.Request));
        await upstream.CalledAsync();

        _clock.Advance(TimeSpan.FromSeconds(61));

        var answer = await asking;
        answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        var body = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        body["type"]!.GetValue<string>().ShouldBe("error");
        body["error"]!["type"]!.GetValue<string>().ShouldBe("timeout_error");
    }
}
