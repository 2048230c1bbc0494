using Microsoft.Extensions.Options;
using Serilog;

namespace PromptGateway.Logging;

/// <summary>Judges the section <c>Serilog</c>. Serilog itself passes over what it does not know, and logs nothing then.</summary>
internal static class LoggingCheck
{
    /// <summary>What the program has on board.</summary>
    private static readonly string[] Sinks = ["Console", "Async", "Logger"];

    /// <exception cref="OptionsValidationException">With all mistakes.</exception>
    public static void Run(IConfiguration configuration)
    {
        var faults = new List<string>();
        Collect(() => LogLevels.Apply(new LoggerConfiguration(), configuration), faults);
        Collect(() => LoggingServices.IsJson(configuration["Serilog:Format"]), faults);
        foreach (var sink in configuration.GetSection("Serilog:WriteTo").GetChildren())
            if ((sink.Value ?? sink["Name"]) is not { } name)
                faults.Add($"{sink.Path} has no Name.");
            else if (!Sinks.Contains(name, StringComparer.OrdinalIgnoreCase))
                faults.Add($"{sink.Path}: there is no sink '{name}'. There are {string.Join(", ", Sinks)}.");
        if (faults.Count > 0)
            throw new OptionsValidationException("Serilog", typeof(LoggerConfiguration), faults);
    }

    private static void Collect(Action check, List<string> faults)
    {
        try
        {
            check();
        }
        catch (FormatException e)
        {
            faults.Add(e.Message);
        }
    }
}
