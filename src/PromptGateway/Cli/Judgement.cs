using Microsoft.Extensions.Options;
using PromptGateway.Configuration;
using PromptGateway.Hosting;
using PromptGateway.Keys;
using PromptGateway.Routing;

namespace PromptGateway.Cli;

/// <summary>Everything that is wrong with a configuration, at once: what <c>config check</c> prints, and <c>serve</c> when it cannot start.</summary>
internal static class Judgement
{
    /// <param name="read">Finds the sources; may fail with a mistake of its own.</param>
    public static List<string> Of(Func<ConfigurationSources> read)
    {
        var errors = new List<string>();
        try
        {
            var sources = read();
            var loaded = LoadedConfiguration.From(sources);
            var settings = GatewaySettings.From(sources);
            errors.AddRange(AddressRules.Faults(settings));
            // What cannot be read is named by now, and must not hide the rest.
            var readable = errors.Count == 0 ? settings : settings with { Urls = "", ManagementUrls = "" };
            using var services = CheckServices.Create(readable, sources, loaded);
            errors.AddRange(ConfigurationCheck.Run(loaded, services.GetRequiredService<RoutingCheck>().Run));
            if (errors.Count == 0)
                ListenRules.Check(settings, KeysConfiguration.Read(loaded.ToConfiguration(), DateTimeOffset.UnixEpoch));
        }
        catch (ConfigurationException e)
        {
            errors.AddRange(e.Errors);
        }
        catch (OptionsValidationException e)
        {
            errors.AddRange(e.Failures);
        }
        catch (FormatException e)
        {
            errors.Add(e.Message);
        }
        return errors;
    }
}
