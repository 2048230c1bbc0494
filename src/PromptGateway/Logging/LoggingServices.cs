using OpenTelemetry.Logs;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Settings.Configuration;

namespace PromptGateway.Logging;

/// <summary>
/// Registers the room: lines for people on a terminal, one JSON object a line when the output goes elsewhere, or whatever sinks
/// <c>Serilog:WriteTo</c> names; <c>Serilog:Format</c> (<c>json</c> or <c>text</c>) decides by hand.
/// </summary>
internal static class LoggingServices
{
    /// <summary>Lines that may wait to be written.</summary>
    private const int QueueLength = 10_000;

    private const string TextTemplate = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}  <{SourceContext}>{NewLine}{Exception}";

    /// <summary>Call it before the configuration's secrets are read, and tell the <see cref="SecretMask"/> each of them.</summary>
    /// <param name="output">Where JSON lines go, whatever the configuration says; null: standard output.</param>
    /// <param name="export">Adds an exporter to a collector; null: there is none.</param>
    public static SecretMask AddGatewayLogging(
        this WebApplicationBuilder builder,
        Stream? output = null,
        Action<OpenTelemetryLoggerOptions>? export = null
    )
    {
        var mask = new SecretMask();
        var events = new EventMask(mask);
        var json =
            output is not null || WantsJson(builder.Configuration)
                ? new JsonLineSink(output ?? Console.OpenStandardOutput(), events, TimeProvider.System, QueueLength)
                : null;
        builder.Services.AddSingleton(mask);
        var exported = export is null ? null : Exported(events, new OtlpLogSink(export));
        builder.Services.AddSingleton(services => new RequestLog(services.GetRequiredService<ILoggerFactory>(), json, exported));
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(Create(builder.Configuration, events, json, exported), dispose: true);
        // While anybody may listen to it, ASP.NET makes an Activity and a logging scope for every request, and the Activity
        // would replace the client's traceparent upstream. What it says, the request's own line says better.
        builder.Logging.AddFilter<SerilogLoggerProvider>("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        return mask;
    }

    private static Logger Create(ConfigurationManager configuration, EventMask events, JsonLineSink? json, Logger? exported)
    {
        var logger = LogLevels.Apply(new LoggerConfiguration(), configuration).Filter.ByExcluding(IsFailedStart);
        if (exported is not null)
            logger.WriteTo.Logger(exported, attemptDispose: true);
        if (json is not null)
            return logger.WriteTo.Sink(json).CreateLogger();
        var inner = HasSinks(configuration) ? (ILogEventSink)Configured(configuration) : new AbsentValues(Terminal());
        return Queued(logger, new MaskingSink(events, inner));
    }

    /// <summary>The host logs the exception with its trace and throws it too; <c>serve</c> says in words what is wrong.</summary>
    private static bool IsFailedStart(LogEvent line) =>
        line is { Level: LogEventLevel.Error, MessageTemplate.Text: "Hosting failed to start" };

    /// <summary>Levels are decided before.</summary>
    private static Logger Exported(EventMask events, OtlpLogSink sink) =>
        Queued(new LoggerConfiguration().MinimumLevel.Verbose(), new MaskingSink(events, sink));

    private static Logger Queued(LoggerConfiguration logger, MaskingSink sink) =>
        logger.WriteTo.Async(sinks => sinks.Sink(sink), QueueLength, blockWhenFull: false).CreateLogger();

    private static bool HasSinks(ConfigurationManager configuration) => configuration.GetSection("Serilog:WriteTo").Exists();

    private static bool WantsJson(ConfigurationManager configuration) =>
        !HasSinks(configuration) && IsJson(configuration["Serilog:Format"]);

    /// <exception cref="FormatException">It is neither.</exception>
    public static bool IsJson(string? format) =>
        format?.ToUpperInvariant() switch
        {
            null or "" => Console.IsOutputRedirected,
            "JSON" => true,
            "TEXT" => false,
            _ => throw new FormatException($"Serilog:Format: '{format}' is neither 'json' nor 'text'."),
        };

    private static Logger Terminal() =>
        new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.Console(outputTemplate: TextTemplate, formatProvider: System.Globalization.CultureInfo.InvariantCulture)
            .CreateLogger();

    /// <summary>The sinks of the configuration. Levels are decided in front of them.</summary>
    private static Logger Configured(ConfigurationManager configuration)
    {
        var options = new ConfigurationReaderOptions(
            typeof(ConsoleLoggerConfigurationExtensions).Assembly,
            typeof(LoggerConfigurationAsyncExtensions).Assembly
        );
        return new LoggerConfiguration().ReadFrom.Configuration(configuration, options).MinimumLevel.Verbose().CreateLogger();
    }
}
