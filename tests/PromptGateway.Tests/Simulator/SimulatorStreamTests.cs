using System.Text.Json;

namespace PromptGateway.Tests.Simulator;

/// <summary>The raw bytes of streams, compared with files. The clock stands still and ids depend on the request only.</summary>
public sealed class SimulatorStreamTests : IAsyncLifetime
{
    private RunningSimulator _simulator = null!;

    public async Task InitializeAsync() =>
        _simulator = await RunningSimulator.StartAsync(clock: new TestClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));

    public async Task DisposeAsync() => await _simulator.DisposeAsync();

    [Theory]
    [InlineData("chat", "/v1/chat/completions", """{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData(
        "chat-usage-two-choices",
        "/v1/chat/completions",
        """{"model":"o4-mini","n":2,"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hi"}]}"""
    )]
    [InlineData(
        "chat-tool",
        "/v1/chat/completions",
        """{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"call a and call b"}],"tools":[{"type":"function","function":{"name":"a","parameters":{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"]}}},{"type":"custom","custom":{"name":"b"}}]}"""
    )]
    [InlineData(
        "completions",
        "/v1/completions",
        """{"model":"gpt-3.5-turbo-instruct","stream":true,"stream_options":{"include_usage":true},"max_tokens":8,"prompt":"Hi"}"""
    )]
    [InlineData("responses", "/v1/responses", """{"model":"gpt-4o","stream":true,"store":false,"input":"Hi"}""")]
    [InlineData(
        "responses-reasoning-tool",
        "/v1/responses",
        """{"model":"gpt-5-mini","stream":true,"reasoning":{"effort":"low","summary":"auto"},"include":["reasoning.encrypted_content"],"tool_choice":"required","tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"x":{"type":"boolean"}},"required":["x"]}}],"input":[{"role":"user","content":"Hi"}]}"""
    )]
    [InlineData(
        "messages",
        "/v1/messages",
        """{"model":"claude-sonnet-5","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Hi"}]}"""
    )]
    [InlineData(
        "messages-thinking-tool",
        "/v1/messages",
        """{"model":"claude-sonnet-5","max_tokens":4000,"stream":true,"thinking":{"type":"adaptive"},"tool_choice":{"type":"any"},"tools":[{"name":"f","input_schema":{"type":"object","properties":{"x":{"type":"string"}},"required":["x"]}}],"messages":[{"role":"user","content":"Hi"}]}"""
    )]
    public async Task Stream_OfARequest_IsTheGoldenFile(string name, string path, string body)
    {
        var stream = await _simulator.PostTextAsync(path, body, "tokens=12,chunk=4");

        stream.ShouldBe(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Simulator", "Golden", name + ".sse")));
    }

    [Fact]
    public async Task Stream_WithoutIncludeUsage_NeverMentionsUsage()
    {
        var stream = await _simulator.PostTextAsync("/v1/chat/completions", Chat(), "tokens=5");

        stream.ShouldNotContain("\"usage\"");
    }

    [Fact]
    public async Task UsageEvery_OnAStream_GrowsOnEachChunkToTheTruth()
    {
        var chunks = Chunks(await _simulator.PostTextAsync("/v1/chat/completions", Chat(), "tokens=5,usage=every"));

        var totals = chunks.Select(chunk => chunk.GetProperty("usage").GetProperty("completion_tokens").GetInt32()).ToArray();
        totals.ShouldBe(totals.Order());
        totals[^1].ShouldBe(5);
        chunks[^1].GetProperty("choices").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task UsageMerged_OnAStream_StandsOnTheFinishChunkOnly()
    {
        var chunks = Chunks(await _simulator.PostTextAsync("/v1/chat/completions", Chat(), "tokens=5,usage=merged"));

        chunks.SkipLast(1).Count(chunk => chunk.TryGetProperty("usage", out _)).ShouldBe(0);
        chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("stop");
        chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task UsageNoneAndZero_OnWholeAnswers_AreAbsentAndZero()
    {
        const string Body = """{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}""";

        var none = await _simulator.PostJsonAsync("/v1/chat/completions", Body, "usage=none");
        var zero = await _simulator.PostJsonAsync("/v1/chat/completions", Body, "usage=zero");

        none.TryGetProperty("usage", out _).ShouldBeFalse();
        zero.GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBe(0);
    }

    private static string Chat() => """{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Hi"}]}""";

    private static JsonElement[] Chunks(string stream) =>
        [
            .. stream
                .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Where(frame => frame != "data: [DONE]")
                .Select(frame => JsonDocument.Parse(frame["data: ".Length..]).RootElement),
        ];
}
