using PromptGateway.Logging;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace PromptGateway.Tests.Logging;

public sealed class PlainMessageTests
{
    private static readonly LogEvent Refused = new(
        DateTimeOffset.UnixEpoch,
        LogEventLevel.Information,
        null,
        new MessageTemplateParser().Parse("{Status} {Model} {KeyId}"),
        [
            new LogEventProperty("Status", new ScalarValue(404)),
            new LogEventProperty("Model", new ScalarValue("gpt-4o")),
            new LogEventProperty("KeyId", new ScalarValue(null)),
        ]
    );

    [Fact]
    public void Of_ValueThatIsNotThere_IsADash() => PlainMessage.Of(Refused).ShouldBe("404 gpt-4o -");

    [Fact]
    public void Emit_ValueThatIsNotThere_IsADashForThisSinkAlone()
    {
        var seen = new Seen();
        using var sink = new AbsentValues(seen);

        sink.Emit(Refused);

        seen.Event!.Properties["KeyId"].ShouldBe(new ScalarValue("-"));
        Refused.Properties["KeyId"].ShouldBe(new ScalarValue(null));
    }

    private sealed class Seen : ILogEventSink
    {
        public LogEvent? Event { get; private set; }

        public void Emit(LogEvent logEvent) => Event = logEvent;
    }
}
