using PromptGateway.Routing;

namespace PromptGateway.Forwarding;

/// <summary>
/// Redirects of an upstream. A client that followed one would leave the gateway behind and take its key along, so only downloads that lie at
/// another host are its to fetch.
/// </summary>
internal static class Redirect
{
    /// <returns>Where to, without the query, if the client is not to be told; else null.</returns>
    public static string? Refused(string method, Upstream upstream, HttpResponseMessage answer)
    {
        if (answer.Headers.Location is not { } location)
            return null;
        var address = new Uri(upstream.Address, location);
        var reads = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        return reads && !address.Host.Equals(upstream.Address.Host, StringComparison.OrdinalIgnoreCase)
            ? null
            : address.GetLeftPart(UriPartial.Path);
    }
}
