using Yarp.ReverseProxy.Configuration;

namespace PromptGateway.Routing;

/// <summary>What the routing configuration is made from; gathered here so that tests can give their own.</summary>
internal sealed class RoutingSources
{
    /// <summary>The effective configuration; its section <c>ReverseProxy</c> has the clusters.</summary>
    public required IConfiguration Configuration { get; init; }

    /// <summary>Where clusters are declared, as people know it: <c>yarp.json</c>.</summary>
    public string FileName { get; init; } = "yarp.json";

    /// <summary>Environment variable or secret file by name, null when there is neither.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Callers bring their own provider keys, so upstreams need none.</summary>
    public bool PassThrough { get; init; }

    /// <summary>Pass-through mode on an address that other machines reach: no upstream may have a key of the gateway's own.</summary>
    public bool CallersAreStrangers { get; init; }

    /// <summary>True for what the gateway itself listens on.</summary>
    public Func<Uri, bool> IsOwnAddress { get; init; } = static _ => false;

    /// <summary>Address and secret of the built-in simulator; started when it is asked for.</summary>
    public required Func<(Uri Address, string Secret)> Simulator { get; init; }

    /// <summary>The clusters of a <c>ReverseProxy</c> section as they stand there, unresolved.</summary>
    public static IEnumerable<ClusterConfig> Clusters(IConfiguration reverseProxy)
    {
        foreach (var section in reverseProxy.GetSection("Clusters").GetChildren())
            yield return (section.Get<ClusterConfig>() ?? new ClusterConfig()) with
            {
                ClusterId = section.Key,
            };
    }
}
