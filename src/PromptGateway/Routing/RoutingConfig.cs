using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace PromptGateway.Routing;

/// <summary>One version of the routing configuration: what YARP is given, and the catalog that belongs to it.</summary>
internal sealed class RoutingConfig(
    IReadOnlyList<RouteConfig> routes,
    IReadOnlyList<ClusterConfig> clusters,
    CatalogSnapshot catalog,
    IChangeToken changed
) : IProxyConfig
{
    public string RevisionId { get; } = Guid.NewGuid().ToString("N");
    public IReadOnlyList<RouteConfig> Routes => routes;
    public IReadOnlyList<ClusterConfig> Clusters => clusters;
    public CatalogSnapshot Catalog => catalog;
    public IChangeToken ChangeToken => changed;
}
