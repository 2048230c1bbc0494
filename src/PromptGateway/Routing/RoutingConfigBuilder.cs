using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using PromptGateway.Providers;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace PromptGateway.Routing;

/// <summary>Builds a <see cref="RoutingConfig"/> out of file and environment, or says everything that is wrong with them.</summary>
internal sealed class RoutingConfigBuilder(RoutingSources sources, IEnumerable<IProvider> providers, PriceList prices)
{
    /// <summary>The cluster of the one route; it has no destinations, because each request is assigned to an upstream by its model.</summary>
    public const string EntranceCluster = "promptgateway-entrance";

    /// <summary>
    /// Added to what YARP is told: the gateway's own idle timeout comes first, because it can still tell the client why. YARP's
    /// is the safety net.
    /// </summary>
    private static readonly TimeSpan IdleReserve = TimeSpan.FromSeconds(15);
    private readonly FrozenDictionary<string, IProvider> _providers = providers.ToFrozenDictionary(
        p => p.Name,
        StringComparer.OrdinalIgnoreCase
    );

    /// <exception cref="RoutingConfigException">Holds every mistake found.</exception>
    public RoutingConfig Build(IChangeToken changed) => Build(sources.Configuration, sources.Simulator, changed);

    /// <param name="configuration">Has the section <c>ReverseProxy</c>.</param>
    /// <param name="simulator">Address and secret of the simulator; asked for when a cluster needs it.</param>
    /// <param name="changed">Fires when the result is out of date.</param>
    /// <param name="judge">Finds further mistakes in a cluster as YARP is to get it.</param>
    /// <exception cref="RoutingConfigException">Holds every mistake found.</exception>
    public RoutingConfig Build(
        IConfiguration configuration,
        Func<(Uri Address, string Secret)> simulator,
        IChangeToken changed,
        Func<ClusterConfig, IEnumerable<string>>? judge = null
    )
    {
        var errors = new List<string>();
        var file = configuration.GetSection("ReverseProxy");
        if (file.GetSection("Routes").GetChildren().Any())
            errors.Add("'Routes' are not read: the gateway has one route, /v1, and chooses the cluster by the model's name. Remove them");
        var clusters = new List<ClusterConfig> { new() { ClusterId = EntranceCluster } };
        var upstreams = new List<Upstream>();
        foreach (var (declared, origin) in Declared(file))
        {
            var cluster = Resolve(declared, simulator, errors);
            if (UpstreamMetadata.Read(cluster, _providers, origin, errors) is { } upstream)
            {
                CheckAccess(upstream, errors);
                CheckAddresses(cluster, origin, errors);
                upstreams.Add(upstream);
            }
            var forYarp = ForYarp(cluster);
            errors.AddRange(judge?.Invoke(forYarp) ?? []);
            clusters.Add(forYarp);
        }
        var list = PriceFile.Apply(prices, configuration, errors);
        if (errors.Count > 0)
            throw new RoutingConfigException(errors);
        return new RoutingConfig([Entrance, ChatEntrance], clusters, new CatalogSnapshot(upstreams, list), changed);
    }

    private void CheckAccess(Upstream upstream, List<string> errors)
    {
        if (sources.CallersAreStrangers && upstream is { Secret: not null, Provider.Name: not "simulator" })
            errors.Add(
                $"cluster '{upstream.Id}' ({upstream.Origin}): it has a key of its own, but pass-through mode accepts any caller, and the API "
                    + "address can be reached from other machines. Listen on loopback, or give the cluster PassThrough=true instead of ApiKey"
            );
    }

    /// <summary>One request to such an upstream would make others without end.</summary>
    private void CheckAddresses(ClusterConfig cluster, string origin, List<string> errors)
    {
        foreach (var destination in cluster.Destinations?.Values ?? [])
            if (Uri.TryCreate(destination.Address, UriKind.Absolute, out var address) && sources.IsOwnAddress(address))
                errors.Add(
                    $"cluster '{cluster.ClusterId}' ({origin}): {address} is the address of this gateway, which would call itself. Name the provider's, "
                        + "or unset OPENAI_BASE_URL and ANTHROPIC_BASE_URL where they are meant for applications"
                );
    }

    private static RouteConfig Entrance { get; } =
        new()
        {
            RouteId = "v1",
            ClusterId = EntranceCluster,
            Match = new RouteMatch { Path = "/v1/{**rest}" },
        };

    /// <summary>The convenience endpoint: a prompt in, its improvement and an answer out.</summary>
    private static RouteConfig ChatEntrance { get; } =
        new()
        {
            RouteId = "chat",
            ClusterId = EntranceCluster,
            Match = new RouteMatch { Path = "/chat" },
        };

    /// <summary>File first, then the environment, then the simulator when there is nothing else or the file names it.</summary>
    private List<(ClusterConfig Cluster, string Origin)> Declared(IConfiguration file)
    {
        var found = RoutingSources.Clusters(file).Select(c => (c, sources.FileName)).ToList();
        foreach (var (cluster, origin) in EnvironmentUpstreams.Read(sources.Environment, _providers, sources.PassThrough))
            if (!found.Exists(f => f.c.ClusterId.Equals(cluster.ClusterId, StringComparison.OrdinalIgnoreCase)))
                found.Add((cluster, origin));
        if (found.Count == 0)
            found.Add(
                (new ClusterConfig { ClusterId = "simulator", Metadata = SimulatorMetadata }, "built in, because no upstream is configured")
            );
        return found;
    }

    private static readonly Dictionary<string, string> SimulatorMetadata = new() { ["Provider"] = "simulator" };

    private ClusterConfig Resolve(ClusterConfig cluster, Func<(Uri Address, string Secret)> simulator, List<string> errors)
    {
        string Value(string text) =>
            EnvironmentReference.Resolve(
                text,
                sources.Environment,
                name =>
                    errors.Add(
                        $"cluster '{cluster.ClusterId}': environment variable {name} is not set, and no secret file of that name has anything in it"
                    )
            );

        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in cluster.Metadata ?? new Dictionary<string, string>())
            metadata[key] = Value(value);
        var destinations = new Dictionary<string, DestinationConfig>();
        foreach (var (name, destination) in cluster.Destinations ?? new Dictionary<string, DestinationConfig>())
            destinations[name] = destination with { Address = Value(destination.Address ?? "").TrimEnd('/') };
        if (
            string.Equals(metadata.GetValueOrDefault("Provider"), "simulator", StringComparison.OrdinalIgnoreCase)
            && destinations.Count == 0
        )
        {
            var (address, secret) = simulator();
            destinations["simulator"] = new DestinationConfig { Address = address.ToString().TrimEnd('/') };
            metadata[UpstreamMetadata.ApiKey] = secret;
        }
        return cluster with { Metadata = metadata, Destinations = destinations };
    }

    /// <summary>YARP gets no secret, and the defaults that suit language models.</summary>
    private static ClusterConfig ForYarp(ClusterConfig cluster)
    {
        var metadata = cluster.Metadata!.Where(m => !m.Key.Equals(UpstreamMetadata.ApiKey, StringComparison.OrdinalIgnoreCase));
        var request = cluster.HttpRequest ?? ForwarderRequestConfig.Empty;
        return cluster with
        {
            Metadata = metadata.ToDictionary(m => m.Key, m => m.Value),
            HttpRequest = request with { ActivityTimeout = (request.ActivityTimeout ?? Upstream.DefaultIdleTimeout) + IdleReserve },
        };
    }
}
