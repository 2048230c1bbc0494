using Serilog.Core;
using Serilog.Events;

namespace PromptGateway.Logging;

/// <summary>For people a value that is not there is a dash; Serilog's own rendering says <c>null</c>.</summary>
internal sealed class AbsentValues(ILogEventSink inner) : ILogEventSink, IDisposable
{
    private static readonly ScalarValue Dash = new("-");

    public void Emit(LogEvent logEvent) => inner.Emit(Shown(logEvent));

    public void Dispose() => (inner as IDisposable)?.Dispose();

    /// <summary>The event itself when it lacks nothing; else a copy, since other sinks see the same event.</summary>
    public static LogEvent Shown(LogEvent source) =>
        source.Properties.Values.Any(IsAbsent)
            ? new LogEvent(
                source.Timestamp,
                source.Level,
                source.Exception,
                source.MessageTemplate,
                source.Properties.Select(pair => new LogEventProperty(pair.Key, IsAbsent(pair.Value) ? Dash : pair.Value)),
                source.TraceId ?? default,
                source.SpanId ?? default
            )
            : source;

    private static bool IsAbsent(LogEventPropertyValue value) => value is ScalarValue { Value: null };
}
