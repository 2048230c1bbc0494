using OpenTelemetry;
using OpenTelemetry.Logs;
using Serilog.Core;
using Serilog.Events;

namespace PromptGateway.Logging;

/// <summary>
/// Hands log events to OpenTelemetry's SDK, which sends them to a collector in batches: with the names of the JSON lines, the time at
/// which they happened and the trace that they belong to. One thread at a time; put it behind a queue and the mask.
/// </summary>
internal sealed class OtlpLogSink : ILogEventSink, IDisposable
{
    private const string NoCategory = "PromptGateway";

    private readonly ILoggerFactory _loggers;

    /// <summary>The event on its way through the SDK, which would give it the time and trace of the thread that it comes on.</summary>
    private LogEvent? _current;

    /// <param name="export">Adds the exporter.</param>
    public OtlpLogSink(Action<OpenTelemetryLoggerOptions> export) =>
        _loggers = LoggerFactory.Create(logging =>
            logging
                .SetMinimumLevel(LogLevel.Trace)
                .AddOpenTelemetry(options =>
                {
                    options.IncludeFormattedMessage = true;
                    options.AddProcessor(new Origin(this));
                    export(options);
                })
        );

    public void Emit(LogEvent logEvent)
    {
        _current = logEvent;
        _loggers
            .CreateLogger(CategoryOf(logEvent))
            .Log(LevelOf(logEvent.Level), default, AttributesOf(logEvent), logEvent.Exception, (_, _) => PlainMessage.Of(logEvent));
    }

    /// <summary>Sends what is still to be sent.</summary>
    public void Dispose() => _loggers.Dispose();

    private static string CategoryOf(LogEvent logEvent) =>
        logEvent.Properties.GetValueOrDefault(LogPropertyNames.SourceContext) is ScalarValue { Value: string category }
            ? category
            : NoCategory;

    private static List<KeyValuePair<string, object?>> AttributesOf(LogEvent logEvent)
    {
        var attributes = new List<KeyValuePair<string, object?>>(logEvent.Properties.Count);
        foreach (var (name, value) in logEvent.Properties)
        {
            if (value is ScalarValue { Value: null } || name == LogPropertyNames.SourceContext || LogPropertyNames.IsNoise(name))
                continue;
            attributes.Add(new(LogPropertyNames.Of(name).ToString(), ValueOf(value)));
        }
        return attributes;
    }

    private static object? ValueOf(LogEventPropertyValue value) =>
        value switch
        {
            ScalarValue { Value: string or bool or int or long or short or byte or double or float } scalar => scalar.Value,
            ScalarValue { Value: decimal number } => (double)number,
            ScalarValue scalar => Convert.ToString(scalar.Value, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };

    private static LogLevel LevelOf(LogEventLevel level) =>
        level switch
        {
            LogEventLevel.Verbose => LogLevel.Trace,
            LogEventLevel.Debug => LogLevel.Debug,
            LogEventLevel.Information => LogLevel.Information,
            LogEventLevel.Warning => LogLevel.Warning,
            LogEventLevel.Error => LogLevel.Error,
            _ => LogLevel.Critical,
        };

    /// <summary>Gives a record the time and the trace of its event. Runs inside <see cref="Emit"/>.</summary>
    private sealed class Origin(OtlpLogSink sink) : BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data)
        {
            if (sink._current is not { } logEvent)
                return;
            data.Timestamp = logEvent.Timestamp.UtcDateTime;
            data.TraceId = logEvent.TraceId ?? default;
            data.SpanId = logEvent.SpanId ?? default;
        }
    }
}
