namespace PromptGateway;

/// <summary>
/// Where the gateway listens and keeps its data. Each comes from the command line, else from the environment, else from the default.
/// The names are a promise to scripts and containers.
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

    /// <summary><c>--config</c>, <c>PROMPTGATEWAY_CONFIG</c>: the file with the upstreams.</summary>
    public string? ConfigFile { get; init; }

    /// <summary><c>--pass-through</c>, <c>PROMPTGATEWAY_PASSTHROUGH</c>: callers bring their own provider keys.</summary>
    public bool PassThrough { get; init; }

    /// <summary>Environment variable by name; replaced in tests.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    public string RoutingFilePath => Path.GetFullPath(ConfigFile ?? "yarp.json");
}
