using PromptGateway.Metrics;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace PromptGateway.Forwarding;

/// <summary>What YARP's health checks think of each destination, for the metrics.</summary>
internal static class UpstreamHealth
{
    public static IEnumerable<DestinationReading> Read(IProxyStateLookup clusters) =>
        from cluster in clusters.GetClusters()
        from destination in cluster.Destinations.Values
        select new DestinationReading(cluster.ClusterId, destination.DestinationId, IsHealthy(destination.Health));

    /// <summary>A destination that nobody has checked counts as healthy, as it does for load balancing.</summary>
    private static bool IsHealthy(DestinationHealthState health) =>
        health is { Active: not DestinationHealth.Unhealthy, Passive: not DestinationHealth.Unhealthy };
}
