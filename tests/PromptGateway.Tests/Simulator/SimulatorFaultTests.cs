using System.Net;
using System.Text;
using System.Text.Json;

namespace PromptGateway.Tests.Simulator;

public sealed class SimulatorFaultTests : SimulatorTests
{
    private const string Whole = """{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}""";
    private const string Stream = """{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Hi"}]}""";
    private const string ResponsesStream = """{"model":"gpt-4o","stream":true,"input":"Hi"}""";
    private const string MessagesStream =
        """{"model":"claude-sonnet-5","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""";

    [Theory]
    [InlineData("status=429,retry_after=7", 429, "requests", "rate_limit_exceeded", "7")]
    [InlineData("status=429,code=insufficient_quota", 429, "insufficient_quota", "insufficient_quota", "1")]
    [InlineData("status=500", 500, "server_error", null, null)]
    [InlineData("status=503", 503, "server_error", "overloaded", "1")]
    public async Task Status_OnChat_HasOpenAIsShape(string settings, int status, string type, string? code, string? retryAfter)
    {
        using var response = await Simulator.PostAsync("/v1/chat/completions", Whole, settings);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");

        ((int)response.StatusCode).ShouldBe(status);
        error.GetProperty("type").GetString().ShouldBe(type);
        error.GetProperty("code").GetString().ShouldBe(code);
        error.GetProperty("param").ValueKind.ShouldBe(JsonValueKind.Null);
        (response.Headers.TryGetValues("Retry-After", out var values) ? values.Single() : null).ShouldBe(retryAfter);
    }

    [Fact]
    public async Task Status_OnMessages_HasAnthropicsShape()
    {
        using var response = await Simulator.PostAsync("/v1/messages", MessagesStream, "status=529");
        var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        ((int)response.StatusCode).ShouldBe(529);
        body.GetProperty("type").GetString().ShouldBe("error");
        body.GetProperty("error").GetProperty("type").GetString().ShouldBe("overloaded_error");
        body.GetProperty("request_id").GetString().ShouldBe(response.Headers.GetValues("request-id").Single());
    }

    [Fact]
    public async Task Cut_AfterThreeChunks_EndsCleanlyWithoutFinish()
    {
        var stream = await Simulator.PostTextAsync("/v1/chat/completions", Stream, "fault=cut,after=3");

        stream.Split("data: ").Length.ShouldBe(1 + 3);
        stream.ShouldNotContain("\"finish_reason\":\"stop\"");
        stream.ShouldNotContain("[DONE]");
    }

    [Fact]
    public async Task Cut_AfterMoreChunksThanThereAre_StillLacksTheFinish()
    {
        var chat = await Simulator.PostTextAsync("/v1/chat/completions", Stream, "fault=cut,after=9999");
        var messages = await Simulator.PostTextAsync("/v1/messages", MessagesStream, "fault=cut,after=9999");
        var responses = await Simulator.PostTextAsync("/v1/responses", ResponsesStream, "fault=cut,after=9999");

        chat.ShouldNotContain("\"finish_reason\":\"stop\"");
        messages.ShouldNotContain("message_delta");
        responses.ShouldNotContain("response.completed");
    }

    [Fact]
    public async Task Error_InAChatStream_IsTheLastThingSent()
    {
        var stream = await Simulator.PostTextAsync("/v1/chat/completions", Stream, "fault=error,after=2,status=503");

        var last = stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^1];
        JsonDocument.Parse(last["data: ".Length..]).RootElement.GetProperty("error").GetProperty("code").GetString().ShouldBe("overloaded");
    }

    [Fact]
    public async Task Error_InAResponsesStream_IsFollowedByFailedInSequence()
    {
        var stream = await Simulator.PostTextAsync("/v1/responses", ResponsesStream, "fault=error,after=2");

        var data = stream.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).ToArray();
        var events = data.Select(line => JsonDocument.Parse(line[6..]).RootElement).ToArray();
        events[^2].GetProperty("type").GetString().ShouldBe("error");
        events[^2].GetProperty("error").GetProperty("message").GetString().ShouldBe(events[^2].GetProperty("message").GetString());
        events[^1].GetProperty("type").GetString().ShouldBe("response.failed");
        events.Select(one => one.GetProperty("sequence_number").GetInt32()).ShouldBe(Enumerable.Range(0, events.Length));
    }

    [Fact]
    public async Task Error_InAMessagesStream_HasItsEventLine()
    {
        var stream = await Simulator.PostTextAsync("/v1/messages", MessagesStream, "fault=error,after=1,status=529");

        var frames = stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        frames[^1].ShouldStartWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"");
    }

    [Fact]
    public async Task Error_OnAWholeAnswer_IsAnErrorBodyUnderStatus200()
    {
        using var response = await Simulator.PostAsync("/v1/chat/completions", Whole, "fault=error");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldStartWith("{\"error\":");
    }

    [Fact]
    public async Task Error_OnEmbeddings_IsAnErrorBodyUnderStatus200()
    {
        var answer = await Simulator.PostJsonAsync("/v1/embeddings", """{"model":"text-embedding-3-small","input":"Hi"}""", "fault=error");

        answer.GetProperty("error").GetProperty("type").GetString().ShouldBe("server_error");
    }

    [Theory]
    [InlineData(Whole, "fault=reset")]
    [InlineData(Stream, "fault=reset")]
    public async Task Reset_BeforeTheAnswer_FailsTheRequest(string body, string settings) =>
        await Should.ThrowAsync<HttpRequestException>(() => Simulator.PostAsync("/v1/chat/completions", body, settings));

    [Theory]
    [InlineData(Whole, "fault=reset,after=1")]
    [InlineData(Whole, "fault=cut,after=1")]
    [InlineData(Stream, "fault=reset,after=2")]
    public async Task Reset_InTheAnswer_FailsTheBody(string body, string settings)
    {
        using var response = await Simulator.PostAsync("/v1/chat/completions", body, settings);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Should.ThrowAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(Whole, "fault=garbage")]
    [InlineData(Whole, "fault=garbage,after=1")]
    public async Task Garbage_OnAWholeAnswer_IsNoJson(string body, string settings)
    {
        var text = await Simulator.PostTextAsync("/v1/chat/completions", body, settings);

        Should.Throw<JsonException>(() => JsonDocument.Parse(text));
    }

    [Fact]
    public async Task Garbage_InAStream_FollowsGoodChunks()
    {
        var stream = await Simulator.PostTextAsync("/v1/chat/completions", Stream, "fault=garbage,after=2");

        stream.ShouldStartWith("data: {\"id\":\"chatcmpl-");
        stream.ShouldEndWith("data: {\"choices\":[{]\n\n");
    }

    [Fact]
    public async Task Hang_ClientLeaves_IsCountedAsAbandoned()
    {
        using (var response = await Simulator.PostAsync("/v1/chat/completions", Stream, "fault=hang,after=2"))
        {
            var body = await response.Content.ReadAsStreamAsync();
            (await body.ReadAsync(new byte[64])).ShouldBeGreaterThan(0);
            Simulator.Host.Counters.Completed.ShouldBe(0);
            Simulator.Http.CancelPendingRequests();
        }

        await UntilAsync(() => Simulator.Host.Counters.Abandoned == 1);
        Simulator.Host.Counters.Completed.ShouldBe(0);
    }

    [Fact]
    public async Task Hang_HostDisposed_EndsTheRequest()
    {
        var host = await RunningSimulator.StartAsync();
        using var response = await host.PostAsync("/v1/chat/completions", Stream, "fault=hang,after=2");

        await host.Host.DisposeAsync();

        await Should.ThrowAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
        host.Http.Dispose();
    }

    [Fact]
    public async Task FirstByteDelay_BeforeTheTime_SendsNothing()
    {
        var clock = new TestClock();
        await using var slow = await RunningSimulator.StartAsync(clock: clock);

        var pending = slow.PostAsync("/v1/chat/completions", Whole, "ttfb=600000");
        await clock.TimerStartedAsync();
        pending.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromMinutes(10));

        using var response = await pending;
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Marker_InTheUserText_SetsTheBehaviourAndIsNotEchoed()
    {
        var answer = await Simulator.PostJsonAsync(
            "/v1/chat/completions",
            """{"model":"gpt-4o","messages":[{"role":"user","content":"Hello @sim(tokens=20) there"}]}"""
        );

        answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(20);
        answer
            .GetProperty("choices")[0]
            .GetProperty("message")
            .GetProperty("content")
            .GetString()
            .ShouldNotBeNull()
            .ShouldNotContain("@sim");
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gpt-4o","user":"@sim(status=418)","messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("/v1/embeddings", """{"model":"text-embedding-3-small","user":"@sim(status=418)","input":"Hi"}""")]
    public async Task Marker_InTheUserField_SetsTheBehaviour(string path, string body)
    {
        using var response = await Simulator.PostAsync(path, body);

        ((int)response.StatusCode).ShouldBe(418);
    }

    [Theory]
    [InlineData("speed=9", "unknown key")]
    [InlineData("tokens=-1", "whole number")]
    [InlineData("tokens=999999999", "whole number")]
    [InlineData("status=200", "400 to 599")]
    [InlineData("fault=earthquake", "needs one of")]
    [InlineData("fault=3", "needs one of")]
    [InlineData("code=A\"B", "up to 64")]
    [InlineData("hello", "is not key=value")]
    public async Task Setting_ThatIsWrong_IsRefusedWithWhatToDo(string settings, string expected)
    {
        var answer = await Simulator.PostJsonAsync("/v1/chat/completions", Whole, settings);

        answer.GetProperty("error").GetProperty("code").GetString().ShouldBe("invalid_simulator_setting");
        answer.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNull().ShouldContain(expected);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Yield();
    }
}
