using System.Text.RegularExpressions;

namespace PromptGateway.Configuration;

/// <summary>Settings from environment variables, and from secret files, which have the same names.</summary>
internal static partial class EnvironmentSettings
{
    /// <summary>What Kubernetes sets in every container for a Service that is called <c>promptgateway</c>.</summary>
    [GeneratedRegex("_SERVICE_(HOST|PORT)|_PORT(_[0-9]+_|$)")]
    private static partial Regex ServiceLink();

    public static void ReadSecrets(ConfigurationSources sources, LoadedConfiguration loaded)
    {
        var files = sources.Secrets;
        var names = PromisedVariables
            .All.Select(variable => variable.Name)
            .Concat(files.Names().Where(name => name.StartsWith(ConfigurationSources.EnvironmentPrefix, StringComparison.Ordinal)))
            .Concat(FileVariables(sources).Where(IsSetting));
        foreach (var name in names.Distinct(StringComparer.Ordinal))
            try
            {
                if (name != PromisedVariables.Config && files.Find(name) is { } found)
                    Set(loaded, name, found.Text, found.Origin);
            }
            catch (ConfigurationException e)
            {
                foreach (var error in e.Errors)
                    loaded.Fail(error);
            }
    }

    public static void ReadVariables(ConfigurationSources sources, LoadedConfiguration loaded)
    {
        foreach (var name in sources.VariableNames().Order(StringComparer.Ordinal))
            if (IsSetting(name))
            {
                if (!name.EndsWith(PromisedVariables.FileSuffix, StringComparison.Ordinal))
                    Set(loaded, name, sources.Environment(name), name);
            }
            else if (Misspelt(name) is { } meant)
                loaded.Fail($"environment variable {name} is not read by anything. Did you mean {meant}?");
        // After the long names: the short one wins where both are set.
        foreach (var variable in PromisedVariables.All)
            if (sources.Environment(variable.Name) is { Length: > 0 } value)
                Set(loaded, variable.Name, value, variable.Name);
    }

    private static void Set(LoadedConfiguration loaded, string name, string? value, string origin)
    {
        if (IsSetting(name))
            loaded.Set(name[ConfigurationSources.EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal), value, origin);
        else if (PromisedVariables.All.First(variable => variable.Name == name).Key is { } key)
            loaded.Set(key, value, origin);
        else
            loaded.Set(name, value, origin);
    }

    /// <summary>Every <c>NAME</c> of which there is a <c>NAME_FILE</c>.</summary>
    public static IEnumerable<string> FileVariables(ConfigurationSources sources) =>
        sources
            .VariableNames()
            .Where(name => name.EndsWith(PromisedVariables.FileSuffix, StringComparison.Ordinal))
            .Select(name => name[..^PromisedVariables.FileSuffix.Length])
            .Order(StringComparer.Ordinal);

    /// <summary>A setting by its long name.</summary>
    public static bool IsSetting(string name) =>
        name.StartsWith(ConfigurationSources.EnvironmentPrefix, StringComparison.OrdinalIgnoreCase);

    private static string? Misspelt(string name)
    {
        if (!name.StartsWith("PROMPTGATEWAY_", StringComparison.Ordinal) || ServiceLink().IsMatch(name))
            return null;
        var known = name.EndsWith(PromisedVariables.FileSuffix, StringComparison.Ordinal)
            ? name[..^PromisedVariables.FileSuffix.Length]
            : name;
        return PromisedVariables.All.Any(variable => variable.Name == known) ? null : PromisedVariables.Nearest(known);
    }
}
