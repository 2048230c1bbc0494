using Serilog;
using Serilog.Events;

namespace PromptGateway.Logging;

/// <summary>What is logged at all: the gateway's own words, and of the frameworks only what is wrong.</summary>
internal static class LogLevels
{
    private const string Section = "Serilog:MinimumLevel";

    private static readonly (string Category, LogEventLevel Level)[] Defaults =
    [
        ("Microsoft", LogEventLevel.Warning),
        ("System", LogEventLevel.Warning),
        ("Yarp", LogEventLevel.Warning),
        // It warns of every client that leaves; the request's own line says so too.
        ("Yarp.ReverseProxy.Forwarder", LogEventLevel.Error),
    ];

    /// <summary>Defaults, then <c>Serilog:MinimumLevel</c> in either of Serilog's two spellings.</summary>
    /// <exception cref="FormatException">A level that Serilog does not have.</exception>
    public static LoggerConfiguration Apply(LoggerConfiguration logger, IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        logger.MinimumLevel.Is(Parse(section.Value ?? section["Default"], Section) ?? LogEventLevel.Information);
        foreach (var (category, level) in Defaults)
            logger.MinimumLevel.Override(category, level);
        foreach (var entry in section.GetSection("Override").GetChildren())
        {
            if (Parse(entry.Value, entry.Path) is { } level)
                logger.MinimumLevel.Override(entry.Key, level);
        }
        return logger;
    }

    private static LogEventLevel? Parse(string? value, string path)
    {
        if (string.IsNullOrWhiteSpace(value))
            return null;
        return Enum.TryParse<LogEventLevel>(value, ignoreCase: true, out var level) && Enum.IsDefined(level)
            ? level
            : throw new FormatException(
                $"{path}: '{value}' is not a level. Use one of {string.Join(", ", Enum.GetNames<LogEventLevel>())}."
            );
    }
}
