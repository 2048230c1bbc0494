using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace PromptGateway.Routing;

/// <summary>What the routing configuration is made from; gathered here so that tests can give their own.</summary>
internal sealed class RoutingSources
{
    /// <summary>The <c>ReverseProxy</c> section of <c>yarp.json</c>.</summary>
    public required IConfiguration File { get; init; }

    /// <summary>Environment variable by name, null when it is not set.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Address and secret of the built-in simulator; started when it is asked for.</summary>
    public required Func<(Uri Address, string Secret)> Simulator { get; init; }

    public IChangeToken ReloadToken => File.GetReloadToken();

    /// <summary>The clusters as they stand in the file, unresolved.</summary>
    public IEnumerable<ClusterConfig> Clusters()
    {
        foreach (var section in File.GetSection("Clusters").GetChildren())
            yield return (section.Get<ClusterConfig>() ?? new ClusterConfig()) with
            {
                ClusterId = section.Key,
            };
    }
}
