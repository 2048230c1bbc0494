using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace PromptGateway.Routing;

/// <summary>Judges a routing configuration before it is used: by the gateway's rules and by YARP's.</summary>
internal sealed class RoutingCheck(RoutingConfigBuilder builder, IConfigValidator yarp)
{
    /// <exception cref="RoutingConfigException">Holds every mistake found.</exception>
    public void Run(IConfiguration configuration)
    {
        // Never called: judging a configuration must not start anything.
        var simulator = (new Uri("http://127.0.0.1:1"), "");
        builder.Build(configuration, () => simulator, new CancellationChangeToken(CancellationToken.None), Faults);
    }

    /// <summary>YARP's validators only compute, so there is nothing to wait for.</summary>
    private IEnumerable<string> Faults(ClusterConfig cluster) =>
        yarp.ValidateClusterAsync(cluster)
            .AsTask()
            .GetAwaiter()
            .GetResult()
            .Select(fault => $"cluster '{cluster.ClusterId}': {fault.Message}");
}
