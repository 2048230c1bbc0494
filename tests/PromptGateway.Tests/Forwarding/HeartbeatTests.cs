using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Forwarding;

public sealed class HeartbeatTests : IAsyncLifetime
{
    private const string Chat = """{"model":"gpt-4o-mini","stream":true,"stream_options":{"include_usage":true},"messages":[]}""";
    private const string Ping = ": ping\n\n";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly TestClock _clock = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<HttpContext, Task> _answer = context =>
        FakeUpstream.StreamAsync(context, ChatAnswers.Text("Hi"), ChatAnswers.Finish, ChatAnswers.UsageChunk, ChatAnswers.Done);
    private FakeUpstream _upstream = null!;
    private TestGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                _asked.TrySetResult();
                await _release.Task;
                await _answer(context);
            }
        );
        _gateway = await TestGateway.StartAsync(
            _upstream.Environment,
            change: builder => builder.Services.AddSingleton<TimeProvider>(_clock)
        );
    }

    public async Task DisposeAsync()
    {
        _release.TrySetResult();
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private Task<HttpResponseMessage> AskAsync(string body = Chat, string path = "/v1/chat/completions", string heartbeat = "5")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-PromptGateway-Heartbeat", heartbeat);
        return _gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Asks, lets time pass, and reads the first heartbeat.</summary>
    private async Task<(HttpResponseMessage Answer, Stream Body)> AskAndWaitAsync(
        string ping = Ping,
        Task<HttpResponseMessage>? asking = null
    )
    {
        asking ??= AskAsync();
        await _asked.Task;
        _clock.Advance(Period);
        var answer = await asking;
        var body = await answer.Content.ReadAsStreamAsync();
        (await ReadAsync(body, ping.Length)).ShouldBe(ping);
        return (answer, body);
    }

    private static async Task<string> ReadAsync(Stream body, int length)
    {
        var buffer = new byte[length];
        await body.ReadExactlyAsync(buffer);
        return Encoding.UTF8.GetString(buffer);
    }

    /// <summary>Reads to the end while time passes.</summary>
    private async Task<(string Text, Exception? Failure)> ReadToEndAsync(Stream body)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var reading = body.ReadAsync(buffer).AsTask();
                while (!reading.IsCompleted)
                {
                    await Task.WhenAny(reading, Task.Delay(5));
                    _clock.Advance(TimeSpan.FromMilliseconds(20));
                }
                var read = await reading;
                if (read == 0)
                    return (text.ToString(), null);
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (IOException e)
        {
            return (text.ToString(), e);
        }
    }

    [Fact]
    public async Task Heartbeat_BeforeTheUpstreamAnswers_KeepsTheStreamAliveAndChangesNothingInIt()
    {
        var (answer, body) = await AskAndWaitAsync();

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        answer.Headers.Contains("x-request-id").ShouldBeTrue();
        _clock.Advance(Period);
        (await ReadAsync(body, Ping.Length)).ShouldBe(Ping);
        _release.SetResult();
        var (rest, failure) = await ReadToEndAsync(body);

        failure.ShouldBeNull();
        rest.ShouldBe(ChatAnswers.Text("Hi") + ChatAnswers.Finish + ChatAnswers.UsageChunk + ChatAnswers.Done);
        _upstream.Last.Headers.Keys.ShouldNotContain("X-PromptGateway-Heartbeat");
        var row = await _gateway.LedgerRowAsync(answer);
        row.Outcome.ShouldBe("ok");
        row.Usage.OutputTokens.ShouldBe(5);
    }

    [Fact]
    public async Task Heartbeat_AfterTheUpstreamsHeaders_GoesOnUntilItsFirstByte()
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.StartAsync();
            await first.Task;
            await context.Response.WriteAsync(ChatAnswers.Finish + ChatAnswers.Done);
        };
        _release.SetResult();

        var (_, body) = await AskAndWaitAsync();
        _clock.Advance(Period);
        (await ReadAsync(body, Ping.Length)).ShouldBe(Ping);
        first.SetResult();

        (await ReadToEndAsync(body)).Text.ShouldBe(ChatAnswers.Finish + ChatAnswers.Done);
    }

    [Fact]
    public async Task Heartbeat_OnMessages_IsAPingEvent()
    {
        const string Body = """{"model":"claude-sonnet-4-5","max_tokens":5,"stream":true,"messages":[]}""";
        const string Stop = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
        _answer = context => FakeUpstream.StreamAsync(context, Stop);

        var (_, body) = await AskAndWaitAsync("event: ping\ndata: {\"type\":\"ping\"}\n\n", AskAsync(Body, "/v1/messages"));
        _release.SetResult();

        (await ReadToEndAsync(body)).Text.ShouldBe(Stop);
    }

    [Fact]
    public async Task Heartbeat_ThenTheUpstreamRefuses_EndsInAnErrorEventAndACut()
    {
        _answer = context =>
            FakeUpstream.JsonAsync(
                context,
                """{"error":{"message":"Slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}""",
                429
            );

        var (answer, body) = await AskAndWaitAsync();
        _release.SetResult();
        var (text, failure) = await ReadToEndAsync(body);

        failure.ShouldNotBeNull();
        text.ShouldBe("""data: {"error":{"message":"Slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}""" + "\n\n");
        var row = await _gateway.LedgerRowAsync(answer);
        row.Outcome.ShouldBe("upstream_error");
        row.CostNanoUsd.ShouldBe(0);
    }

    [Fact]
    public async Task Heartbeat_ThenTheUpstreamRefusesMessages_NamesAnthropicsErrorType()
    {
        const string Body = """{"model":"claude-sonnet-4-5","max_tokens":5,"stream":true,"messages":[]}""";
        _answer = context =>
            FakeUpstream.JsonAsync(context, """{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"}}""", 429);

        var (_, body) = await AskAndWaitAsync("event: ping\ndata: {\"type\":\"ping\"}\n\n", AskAsync(Body, "/v1/messages"));
        _release.SetResult();

        var (text, _) = await ReadToEndAsync(body);
        text.ShouldStartWith("event: error\ndata: ");
        using var json = JsonDocument.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..]);
        json.RootElement.GetProperty("error").GetProperty("type").GetString().ShouldBe("rate_limit_error");
    }

    [Fact]
    public async Task Heartbeat_ThenTheUpstreamBreaksOff_EndsInAnErrorEventAndACut()
    {
        _answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        var (answer, body) = await AskAndWaitAsync();
        _release.SetResult();
        var (text, failure) = await ReadToEndAsync(body);

        failure.ShouldNotBeNull();
        text.ShouldContain("\"code\":\"upstream_unreachable\"");
        (await _gateway.LedgerRowAsync(answer)).Outcome.ShouldBe("upstream_unreachable");
    }

    [Fact]
    public async Task Heartbeat_ThenTheUpstreamDoesNotStream_SaysSo()
    {
        _answer = context => FakeUpstream.JsonAsync(context, ChatAnswers.Plain);

        var (_, body) = await AskAndWaitAsync();
        _release.SetResult();

        (await ReadToEndAsync(body)).Text.ShouldContain("\"code\":\"upstream_not_streaming\"");
    }

    [Fact]
    public async Task FastAnswer_WithHeartbeatsAskedFor_IsTheSameAsWithout()
    {
        _answer = context =>
        {
            context.Response.Headers["x-request-id"] = "theirs";
            return FakeUpstream.StreamAsync(context, ChatAnswers.Finish, ChatAnswers.Done);
        };
        _release.SetResult();

        using var answer = await AskAsync();

        answer.Headers.GetValues("x-upstream-request-id").ShouldBe(["theirs"]);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(ChatAnswers.Finish + ChatAnswers.Done);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_WithHeartbeatsAskedFor_SaysWhatIsLeftOfItsLimits(bool late)
    {
        var (_, client) = await AdminCalls.NewKeyAsync(_gateway, ""","limits":[{"requests":10,"per":"day"}]""");
        using var request = new HttpRequestMessage(HttpMethod.Post, ChatRequests.Path) { Content = ChatRequests.Json(Chat) };
        request.Headers.Add("X-PromptGateway-Heartbeat", "5");
        if (!late)
            _release.SetResult();

        var asking = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await _asked.Task;
        if (late)
            _clock.Advance(Period);
        using var answer = await asking;

        answer.Headers.GetValues("x-ratelimit-remaining-requests").ShouldBe(["9"]);
        client.Dispose();
    }

    [Fact]
    public async Task FastRefusal_WithHeartbeatsAskedFor_KeepsItsStatusAndBody()
    {
        _answer = context => FakeUpstream.JsonAsync(context, """{"error":{"message":"no"}}""", 429);
        _release.SetResult();

        using var answer = await AskAsync();

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"error":{"message":"no"}}""");
    }

    [Fact]
    public async Task PlainRequest_WithHeartbeatsAskedFor_HasNone()
    {
        _answer = context => FakeUpstream.JsonAsync(context, ChatAnswers.Plain);
        var asking = AskAsync("""{"model":"gpt-4o-mini","messages":[]}""");
        await _asked.Task;
        _clock.Advance(Period);
        _release.SetResult();

        (await (await asking).Content.ReadAsStringAsync()).ShouldBe(ChatAnswers.Plain);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("61")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("soon")]
    public async Task Heartbeat_OfANonsensePeriod_IsRefused(string period)
    {
        using var answer = await AskAsync(heartbeat: period);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("X-PromptGateway-Heartbeat");
        _upstream.Received.ShouldBeEmpty();
    }
}
