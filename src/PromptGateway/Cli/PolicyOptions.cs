using System.CommandLine;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Cli;

/// <summary>The options by which a command is told an optimization policy, a built-in one or one of a configuration file.</summary>
internal sealed class PolicyOptions
{
    public Option<string> Policy { get; } =
        new("--policy") { Description = "The optimization policy to try", DefaultValueFactory = _ => BuiltInPolicies.Safe.Name };

    public Option<string?> Config { get; } =
        new("--config") { Description = "A configuration file with policies of your own (section Optimization)" };

    public void AddTo(Command command)
    {
        command.Options.Add(Policy);
        command.Options.Add(Config);
    }

    /// <exception cref="FormatException">There is none of that name, or the file is wrong.</exception>
    public OptimizationPolicy Find(ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(Policy);
        var settings = OptimizationReader.Read(Read(parsed.GetValue(Config)));
        return settings.Policies.GetValueOrDefault(name)
            ?? throw new FormatException($"There is no optimization policy '{name}'. Known are {settings.PolicyNames}.");
    }

    private static IConfigurationRoot Read(string? path)
    {
        var builder = new ConfigurationBuilder();
        if (path is not null)
            builder.AddJsonFile(Path.GetFullPath(path), optional: false);
        return builder.Build();
    }
}
