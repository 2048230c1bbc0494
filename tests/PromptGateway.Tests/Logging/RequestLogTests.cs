using System.Text.Json;
using Microsoft.Extensions.Logging;
using PromptGateway.Logging;

namespace PromptGateway.Tests.Logging;

public sealed class RequestLogTests
{
    internal static readonly RequestLine Line = new()
    {
        FinishedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        RequestId = "req_1",
        Operation = "chat",
        Outcome = "ok",
        Status = 200,
        KeyId = "key_1",
        Model = "gpt-4o",
        Upstream = "openai",
        Attempts = 2,
        InputTokens = 100,
        OutputTokens = 20,
        UsageSource = "provider",
        CostNanoUsd = 1_250_000,
        Duration = TimeSpan.FromMilliseconds(1500.126),
        FirstToken = TimeSpan.FromMilliseconds(200),
    };

    private static readonly RequestLine Refused = Line with
    {
        Status = 429,
        Outcome = "refused",
        ErrorCode = "rate_limit_exceeded",
        Upstream = null,
    };

    [Fact]
    public async Task Finished_RefusedRequestToJson_SaysWhy()
    {
        await using var captured = new CapturedLog();

        captured.Requests.Finished(Refused);

        (await captured.LinesAsync()).ShouldHaveSingleItem().GetProperty("error_code").GetString().ShouldBe("rate_limit_exceeded");
    }

    [Fact]
    public async Task Finished_ToJson_IsOneLineWithTheFacts()
    {
        await using var captured = new CapturedLog();

        captured.Requests.Finished(Line);

        (await captured.TextAsync())
            .TrimEnd('\n')
            .ShouldBe(
                """
                {"time":"2026-01-02T03:04:05Z","level":"info","message":"request","category":"PromptGateway.Requests","status":200,"outcome":"ok","operation":"chat","model":"gpt-4o","key_id":"key_1","request_id":"req_1","duration_ms":1500.13,"upstream":"openai","input_tokens":100,"output_tokens":20,"cost_usd":0.00125,"first_token_ms":200,"attempts":2,"usage_source":"provider"}
                """
            );
    }

    [Fact]
    public async Task Finished_RefusedRequest_SaysNothingOfAnUpstream()
    {
        await using var captured = new CapturedLog();

        captured.Requests.Finished(Line with { Status = 401, Outcome = "refused", Upstream = null, KeyId = null, Model = null });

        var line = (await captured.LinesAsync()).ShouldHaveSingleItem();
        line.EnumerateObject()
            .Select(p => p.Name)
            .ShouldBe(["time", "level", "message", "category", "status", "outcome", "operation", "request_id", "duration_ms"]);
    }

    [Fact]
    public async Task Finished_UnknownPrice_IsNoPriceOfZero()
    {
        await using var captured = new CapturedLog();

        captured.Requests.Finished(Line with { CostNanoUsd = null });

        (await captured.LinesAsync()).Single().TryGetProperty("cost_usd", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Finished_CategorySwitchedOff_WritesNothing()
    {
        await using var captured = new CapturedLog(("Serilog:MinimumLevel:Override:PromptGateway.Requests", "Warning"));

        captured.Requests.Enabled.ShouldBeFalse();
        captured.Requests.Finished(Line);

        (await captured.TextAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        "openai",
        "200 ok chat gpt-4o via openai: 100 + 20 tokens, 0.00125 USD, 1500.13 ms (first byte 200 ms), attempts 2, usage provider, key_1 req_1"
    )]
    [InlineData(null, "429 refused rate_limit_exceeded, chat gpt-4o: 1500.13 ms, key_1 req_1")]
    public void Finished_WithoutJsonOutput_IsALineForPeople(string? upstream, string expected)
    {
        var messages = new List<string>();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(new ListLogger(messages)));

        new RequestLog(loggers, direct: null).Finished(upstream is null ? Refused : Line);

        messages.ShouldBe([expected]);
    }

    private sealed class ListLogger(List<string> messages) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => messages.Add(formatter(state, exception));

        public void Dispose() { }
    }
}
