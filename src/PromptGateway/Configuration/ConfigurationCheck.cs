using Microsoft.Extensions.Options;
using PromptGateway.Routing;

namespace PromptGateway.Configuration;

/// <summary>Finds everything that is wrong with a configuration, without starting anything.</summary>
internal static class ConfigurationCheck
{
    /// <param name="loaded">What is to be judged.</param>
    /// <param name="routing">Builds the routing configuration, for its mistakes; null: not asked.</param>
    public static IReadOnlyList<string> Run(LoadedConfiguration loaded, Action<IConfiguration>? routing)
    {
        var errors = new List<string>(loaded.Errors);
        var configuration = loaded.ToConfiguration();
        var shapes = new ShapeCheck(loaded.OriginOf, errors);
        foreach (var section in configuration.GetChildren())
        {
            var before = errors.Count;
            if (KnownSections.Find(section.Key) is not { } known)
            {
                if (PromisedVariables.All.All(variable => variable.Name != section.Key))
                    shapes.Unknown(section.Path, section.Key, KnownSections.All.Select(s => s.Name));
                continue;
            }
            shapes.Run(section, known.Shape);
            if (errors.Count == before && known.Check is { } check)
                Collect(() => check(configuration), errors);
        }
        if (!configuration.GetSection("Keys").Exists())
            // The keys of the environment are checked there too.
            Collect(() => KnownSections.Find("Keys")!.Check!(configuration), errors);
        if (routing is not null && loaded.Errors.Count == 0)
            Collect(() => routing(configuration), errors);
        return errors;
    }

    private static void Collect(Action check, List<string> errors)
    {
        try
        {
            check();
        }
        catch (OptionsValidationException e)
        {
            errors.AddRange(e.Failures);
        }
        catch (ConfigurationException e)
        {
            errors.AddRange(e.Errors);
        }
        catch (RoutingConfigException e)
        {
            errors.AddRange(e.Errors);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            errors.Add(e.InnerException?.Message ?? e.Message);
        }
    }
}
