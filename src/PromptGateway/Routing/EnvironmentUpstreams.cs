using PromptGateway.Providers;
using Yarp.ReverseProxy.Configuration;

namespace PromptGateway.Routing;

/// <summary>
/// The upstreams that need no file: <c>OPENAI_API_KEY</c> and <c>OPENAI_BASE_URL</c>, <c>ANTHROPIC_API_KEY</c> and
/// <c>ANTHROPIC_BASE_URL</c>. With a base URL of its own an upstream also serves every model that no other one claims. A cluster
/// of the same name in <c>yarp.json</c> takes precedence.
/// </summary>
internal static class EnvironmentUpstreams
{
    private static readonly string[] Names = ["openai", "anthropic"];

    /// <param name="environment">Variable by name.</param>
    /// <param name="providers">By name.</param>
    /// <param name="passThrough">Both providers are there without a key: callers bring their own.</param>
    public static IEnumerable<(ClusterConfig Cluster, string Origin)> Read(
        Func<string, string?> environment,
        IReadOnlyDictionary<string, IProvider> providers,
        bool passThrough
    )
    {
        foreach (var name in Names)
        {
            var prefix = name.ToUpperInvariant();
            var key = environment(prefix + "_API_KEY");
            var url = environment(prefix + "_BASE_URL");
            if (string.IsNullOrWhiteSpace(key) && string.IsNullOrWhiteSpace(url) && !passThrough)
                continue;
            yield return (Cluster(name, key, url, providers[name], passThrough), Origin(prefix, key, url));
        }
    }

    private static string Origin(string prefix, string? key, string? url) =>
        (string.IsNullOrWhiteSpace(key), string.IsNullOrWhiteSpace(url)) switch
        {
            (_, false) => prefix + "_BASE_URL",
            (false, _) => prefix + "_API_KEY",
            _ => "pass-through mode",
        };

    private static ClusterConfig Cluster(string name, string? key, string? url, IProvider provider, bool passThrough)
    {
        var metadata = new Dictionary<string, string> { ["Provider"] = name };
        if (!string.IsNullOrWhiteSpace(key))
            metadata[UpstreamMetadata.ApiKey] = key.Trim();
        else
            // No key of the gateway's own: the caller's goes upstream in pass-through mode, and none at all otherwise.
            metadata["PassThrough"] = passThrough ? "true" : "false";
        if (!string.IsNullOrWhiteSpace(url))
            metadata["CatchAll"] = "true";
        return new ClusterConfig
        {
            ClusterId = name,
            Metadata = metadata,
            Destinations = new Dictionary<string, DestinationConfig>
            {
                [name] = new() { Address = string.IsNullOrWhiteSpace(url) ? provider.DefaultAddress.ToString() : url.Trim() },
            },
        };
    }
}
