using Serilog;
using Serilog.Core;
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
    public static SecretMask AddGatewayLogging(this WebApplicationBuilder builder, Stream? output = null)
    {
        var mask = new SecretMask();
        var events = new EventMask(mask);
        var json =
            output is not null || WantsJson(builder.Configuration)
                ? new JsonLineSink(output ?? Console.OpenStandardOutput(), events, TimeProvider.System, QueueLength)
                : null;
        builder.Services.AddSingleton(mask);
        builder.Services.AddSingleton(services => new RequestLog(services.GetRequiredService<ILoggerFactory>(), json));
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(Create(builder.Configuration, events, json), dispose: true);
        // While anybody may listen to it, ASP.NET makes an Activity and a logging scope for every request, and the Activity
        // would replace the client's traceparent upstream. What it says, the request's own line says better.
        builder.Logging.AddFilter<SerilogLoggerProvider>("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        return mask;
    }

    private static Logger Create(ConfigurationManager configuration, EventMask events, JsonLineSink? json)
    {
        var logger = LogLevels.Apply(new LoggerConfiguration(), configuration);
        if (json is not null)
            return logger.WriteTo.Sink(json).CreateLogger();
        var inner = HasSinks(configuration) ? Configured(configuration) : Terminal();
        return logger.WriteTo.Async(sinks => sinks.Sink(new MaskingSink(events, inner)), QueueLength, blockWhenFull: false).CreateLogger();
    }

    private static bool HasSinks(ConfigurationManager configuration) => configuration.GetSection("Serilog:WriteTo").Exists();

    private static bool WantsJson(ConfigurationManager configuration) =>
        !HasSinks(configuration) && IsJson(configuration["Serilog:Format"]);

    private static bool IsJson(string? format) =>
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
