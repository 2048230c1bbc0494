using PromptGateway.Keys;
using PromptGateway.Routing;
using PromptGateway.Storage;

namespace PromptGateway.Configuration;

/// <summary>The short names: what most installations set, and nothing else.</summary>
internal static class PromisedVariables
{
    public const string Config = "PROMPTGATEWAY_CONFIG";

    /// <summary>A name with this suffix says which file holds the value.</summary>
    public const string FileSuffix = "_FILE";

    public static readonly IReadOnlyList<PromisedVariable> All =
    [
        new(Config, null, "--config", "the file with the upstreams, or the directory of `yarp.json` and `appsettings.json`"),
        new("PROMPTGATEWAY_URLS", "Gateway:Urls", "--urls", "addresses of the API, separated by semicolons"),
        new("PROMPTGATEWAY_MANAGEMENT_URLS", "Gateway:ManagementUrls", "--management-urls", "addresses of `/metrics` and `/admin`"),
        new("PROMPTGATEWAY_DATA", "Gateway:Data", "--data", "directory of the database"),
        new(
            StorageConfiguration.DatabaseVariable,
            "Storage:Postgres",
            null,
            "connection string of PostgreSQL, for several replicas; else there is a SQLite file",
            IsSecret: true
        ),
        new("PROMPTGATEWAY_PASSTHROUGH", "Gateway:PassThrough", "--pass-through", "`true`: callers send their own provider keys"),
        new(KeysConfiguration.ApiKeyVariable, null, null, "a first API key with full access", IsSecret: true),
        new(KeysConfiguration.AdminKeyVariable, null, null, "the admin key", IsSecret: true),
        new("OPENAI_API_KEY", null, null, "key of the upstream `openai`", IsSecret: true),
        new("OPENAI_BASE_URL", null, null, "its address, ending in `/v1`"),
        new("ANTHROPIC_API_KEY", null, null, "key of the upstream `anthropic`", IsSecret: true),
        new("ANTHROPIC_BASE_URL", null, null, "its address, without `/v1`"),
    ];

    /// <summary>What a variable that nobody reads was probably meant to be; null: no name is near.</summary>
    public static string? Nearest(string name) =>
        All.Select(variable => variable.Name)
            .Where(known => EditDistance.Between(known, name) is > 0 and <= 2)
            .MinBy(known => EditDistance.Between(known, name));
}
