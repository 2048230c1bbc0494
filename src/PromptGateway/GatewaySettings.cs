using PromptGateway.Configuration;

namespace PromptGateway;

/// <summary>
/// Where the gateway listens and keeps its data. The names are a promise to scripts and containers; which of
/// several places counts is said in <c>docs/reference/configuration.md</c>.
/// </summary>
internal sealed record GatewaySettings
{
    public const string DefaultUrls = "http://127.0.0.1:8080";
    public const string DefaultManagementUrls = "http://127.0.0.1:8081";

    /// <summary><c>--urls</c>, <c>PROMPTGATEWAY_URLS</c>: the API, several separated by semicolons.</summary>
    public string Urls { get; init; } = DefaultUrls;

    /// <summary><c>--management-urls</c>, <c>PROMPTGATEWAY_MANAGEMENT_URLS</c>: <c>/metrics</c> and <c>/admin</c>.</summary>
    public string ManagementUrls { get; init; } = DefaultManagementUrls;

    /// <summary><c>--data</c>, <c>PROMPTGATEWAY_DATA</c>: directory of the database.</summary>
    public string Data { get; init; } = "data";

    /// <summary><c>--config</c>, <c>PROMPTGATEWAY_CONFIG</c>: the file with the upstreams, or the directory of the files.</summary>
    public string? ConfigFile { get; init; }

    /// <summary><c>--pass-through</c>, <c>PROMPTGATEWAY_PASSTHROUGH</c>: callers bring their own provider keys.</summary>
    public bool PassThrough { get; init; }

    /// <summary>Environment variable by name; replaced in tests.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Where all other settings come from; null: <see cref="ConfigFile"/> and <see cref="Environment"/>.</summary>
    public ConfigurationSources? Sources { get; init; }

    /// <summary>The section <c>Gateway</c>. Values that cannot be read are left to <see cref="ConfigurationCheck"/>, which names them all.</summary>
    public static GatewaySettings From(ConfigurationSources sources)
    {
        var loaded = LoadedConfiguration.From(sources);
        string Value(string name, string standard) =>
            loaded.Values.GetValueOrDefault("Gateway:" + name).Text is { Length: > 0 } text ? text : standard;

        return new GatewaySettings
        {
            Urls = Value(nameof(Urls), DefaultUrls),
            ManagementUrls = Value(nameof(ManagementUrls), DefaultManagementUrls),
            Data = Value(nameof(Data), "data"),
            PassThrough = bool.TryParse(Value(nameof(PassThrough), "false"), out var on) && on,
            ConfigFile = sources.ConfigPath,
            Environment = sources.Environment,
            Sources = sources,
        };
    }
}
