using Microsoft.Extensions.Logging;
using PromptGateway.Logging;

namespace PromptGateway.Tests.Logging;

/// <summary>A canary put everywhere a log event can hold text must not come out.</summary>
public sealed class LoggedSecretsTests
{
    private const string Canary = "sk-canary-0123456789abcdef";

    [Fact]
    public async Task Log_CanaryInEveryPart_ComesOutNowhere()
    {
        await using var captured = new CapturedLog();
        var log = captured.Logger("Test");
        var uri = new Uri("https://user@host/path?key=" + Canary);

        log.LogInformation("template " + Canary);
        log.LogInformation("property {Value}", Canary);
        log.LogInformation("uri {Uri}", uri);
        log.LogInformation("list {Values}", (object)new[] { "a", Canary });
        log.LogInformation("structure {@Value}", new { Name = "n", Inner = new { Header = Canary } });
        log.LogInformation("dictionary {@Value}", new Dictionary<string, string> { ["x"] = Canary });
        log.LogError(new InvalidOperationException("outer", new IOException(Canary)), "exception");
        using (log.BeginScope(new Dictionary<string, object> { ["Scoped"] = Canary }))
            log.LogInformation("scope");
        captured.Requests.Finished(RequestLogTests.Line with { Model = Canary, RequestId = Canary });

        var text = await captured.TextAsync();

        text.ShouldNotContain("canary");
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(9);
        text.ShouldContain("IOException");
    }

    [Fact]
    public async Task Log_SecretThatOnlyTheRenderedMessageShows_IsMasked()
    {
        await using var captured = new CapturedLog();

        captured.Logger("Test").LogInformation("sent Bearer {Value} to {Host}", "plain-canary-1234", "h");

        var text = await captured.TextAsync();
        text.ShouldNotContain("canary");
        text.ShouldContain("sent Bearer *** to h");
    }

    [Fact]
    public async Task Log_PropertyNamedLikeASecret_IsMasked()
    {
        await using var captured = new CapturedLog();

        captured.Logger("Test").LogInformation("{Token} {Password} {Kept}", "canary-one", "canary-two", "kept");

        var line = (await captured.LinesAsync()).ShouldHaveSingleItem();
        line.GetProperty("message").GetString().ShouldBe("*** *** kept");
        line.GetProperty("token").GetString().ShouldBe("***");
    }

    [Fact]
    public async Task Log_RegisteredSecretOfNoKnownShape_IsMasked()
    {
        await using var captured = new CapturedLog();
        captured.Mask.Register("tr0ub4dor/and+3");

        captured.Logger("Test").LogWarning("failed for {Value}: tr0ub4dor/and+3", "tr0ub4dor/and+3");

        (await captured.TextAsync()).ShouldNotContain("tr0ub4dor");
    }

    [Fact]
    public void MaskingSink_InFrontOfAnySink_PassesMaskedEventsOn()
    {
        var inner = new CollectingSink();
        using var sink = new MaskingSink(new EventMask(new SecretMask()), inner);
        using var logger = new Serilog.LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();

        logger.Information("{Value}", Canary);
        logger.Information("plain {Number}", 5);

        inner.Messages.ShouldBe(["\"sk-***\"", "plain 5"]);
    }

    private sealed class CollectingSink : Serilog.Core.ILogEventSink
    {
        public List<string> Messages { get; } = [];

        public void Emit(Serilog.Events.LogEvent logEvent) =>
            Messages.Add(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
    }
}
