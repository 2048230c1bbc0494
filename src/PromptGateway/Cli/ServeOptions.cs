using System.CommandLine;
using PromptGateway.Configuration;

namespace PromptGateway.Cli;

/// <summary>The options of <c>serve</c>: the last word on the settings they stand for.</summary>
internal sealed class ServeOptions
{
    private readonly Option<string?> _urls = new("--urls")
    {
        Description = $"Addresses of the API (PROMPTGATEWAY_URLS; default {GatewaySettings.DefaultUrls})",
    };
    private readonly Option<string?> _managementUrls = new("--management-urls")
    {
        Description = $"Addresses of /metrics and /admin (PROMPTGATEWAY_MANAGEMENT_URLS; default {GatewaySettings.DefaultManagementUrls})",
    };
    private readonly Option<string?> _data = new("--data")
    {
        Description = "Directory of the database (PROMPTGATEWAY_DATA; default ./data)",
    };
    private readonly Option<string?> _config = new("--config")
    {
        Description = "File with the upstreams, or directory of yarp.json and appsettings.json (PROMPTGATEWAY_CONFIG; default .)",
    };
    private readonly Option<bool> _passThrough = new("--pass-through")
    {
        Description = "Callers send their own provider keys, which go upstream (PROMPTGATEWAY_PASSTHROUGH=true)",
    };
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Any other setting: --set Forwarding:DrainTimeout=00:01:00; may be repeated",
        Arity = ArgumentArity.OneOrMore,
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_urls, _managementUrls, _data, _config, _passThrough, _set])
            command.Options.Add(option);
    }

    /// <exception cref="ConfigurationException"><c>--set</c> without a value.</exception>
    public ConfigurationSources Sources(ParseResult parsed)
    {
        var values = new Dictionary<string, ConfigurationValue>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in parsed.GetValue(_set) ?? [])
        {
            var at = setting.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw new ConfigurationException([$"--set '{setting}' cannot be read; write --set Section:Key=value."]);
            values[setting[..at]] = new ConfigurationValue(setting[(at + 1)..], _set.Name);
        }
        foreach (
            var (option, key) in (ReadOnlySpan<(Option<string?>, string)>)
                [(_urls, "Gateway:Urls"), (_managementUrls, "Gateway:ManagementUrls"), (_data, "Gateway:Data")]
        )
            if (parsed.GetValue(option) is { } value)
                values[key] = new ConfigurationValue(value, option.Name);
        if (parsed.GetValue(_passThrough))
            values["Gateway:PassThrough"] = new ConfigurationValue("true", _passThrough.Name);
        return ConfigurationSources.OfProcess(parsed.GetValue(_config), values);
    }
}
