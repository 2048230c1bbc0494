using System.CommandLine;
using System.Text.Json;
using PromptGateway.Admin;
using PromptGateway.Configuration;

namespace PromptGateway.Cli;

/// <summary><c>promptgateway config</c>: judges and shows the configuration that <c>serve</c> would use, without starting anything.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Check and show the configuration that serve would use") { Check(), Show() };

    private static Command Check()
    {
        var (options, json) = (new ServeOptions(), Json());
        var command = new Command("check", "Name everything that is wrong, at once; exit code 1 when there is anything") { json };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var errors = Judgement.Of(() => options.Sources(parsed));
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                Write(output, new { valid = errors.Count == 0, errors });
            else if (errors.Count == 0)
                output.WriteLine("The configuration is good.");
            else
                foreach (var error in errors)
                    parsed.InvocationConfiguration.Error.WriteLine(error);
            return errors.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static Command Show()
    {
        var (options, json) = (new ServeOptions(), Json());
        var prefix = new Argument<string?>("section") { Description = "Only this section: Forwarding", Arity = ArgumentArity.ZeroOrOne };
        var set = new Option<bool>("--set-only") { Description = "Leave out what is built in" };
        var command = new Command("show", "Show every setting, secrets masked, and where it comes from") { prefix, set, json };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            try
            {
                var loaded = LoadedConfiguration.From(options.Sources(parsed));
                foreach (var error in loaded.Errors)
                    parsed.InvocationConfiguration.Error.WriteLine(error);
                if (parsed.GetValue(prefix) is { } asked && Unknown(asked, parsed.InvocationConfiguration.Error))
                    return 1;
                ShownSetting[] settings =
                [
                    .. EffectiveSettings
                        .Of(loaded)
                        .Where(s => !parsed.GetValue(set) || s.Origin != EffectiveSettings.BuiltIn)
                        .Where(s => parsed.GetValue(prefix) is not { } p || IsBelow(s.Key, p)),
                ];
                Print(parsed.InvocationConfiguration.Output, settings, parsed.GetValue(json));
                return loaded.Errors.Count == 0 ? 0 : 1;
            }
            catch (ConfigurationException e)
            {
                parsed.InvocationConfiguration.Error.WriteLine(e.Message);
                return 1;
            }
        });
        return command;
    }

    /// <summary>A section that is empty is shown as such; one that does not exist is a mistake.</summary>
    private static bool Unknown(string asked, TextWriter error)
    {
        var section = asked.Split(':')[0];
        if (KnownSections.Find(section) is not null || PromisedVariables.All.Any(variable => variable.Name == section))
            return false;
        error.WriteLine($"There is no section '{section}'. There are {string.Join(", ", KnownSections.All.Select(s => s.Name))}.");
        return true;
    }

    private static void Print(TextWriter output, ShownSetting[] settings, bool json)
    {
        if (json)
            Write(output, settings);
        else
            TextTable.Write(output, ["setting", "value", "from"], [.. settings.Select(s => (string[])[s.Key, s.Value, s.Origin])]);
    }

    private static bool IsBelow(string key, string prefix) =>
        key.Equals(prefix, StringComparison.OrdinalIgnoreCase)
        || key.StartsWith(prefix.TrimEnd(':') + ":", StringComparison.OrdinalIgnoreCase);

    private static Option<bool> Json() => new("--json") { Description = "Print JSON" };

    private static void Write<T>(TextWriter output, T value) => output.WriteLine(JsonSerializer.Serialize(value, AdminJson.Indented));
}
