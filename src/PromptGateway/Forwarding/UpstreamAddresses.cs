using System.Collections.Concurrent;
using PromptGateway.Routing;
using Yarp.ReverseProxy.Forwarder;

namespace PromptGateway.Forwarding;

/// <summary>
/// The addresses that requests go to, parsed once: an address made anew for each request is taken apart again by the HTTP client, some
/// ten objects each time.
/// </summary>
internal sealed class UpstreamAddresses
{
    /// <summary>Clients can invent paths; what is beyond is made anew each time.</summary>
    private const int Most = 256;
    private readonly ConcurrentDictionary<(Upstream Upstream, string Prefix, string Path), Uri> _known = new();

    /// <param name="upstream">Whose path it is.</param>
    /// <param name="prefix">The destination's address.</param>
    /// <param name="path">The client's path, without a query.</param>
    public Uri Find(Upstream upstream, string prefix, string path)
    {
        if (_known.TryGetValue((upstream, prefix, path), out var known))
            return known;
        var address = RequestUtilities.MakeDestinationAddress(prefix, upstream.Provider.MapPath(path), QueryString.Empty);
        // Upstreams are made anew when configuration is loaded: the old ones are not to be kept.
        if (_known.Count >= Most)
            _known.Clear();
        _known.TryAdd((upstream, prefix, path), address);
        return address;
    }
}
