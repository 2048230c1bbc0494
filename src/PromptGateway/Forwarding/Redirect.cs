using System.Net;
using PromptGateway.Routing;

namespace PromptGateway.Forwarding;

/// <summary>
/// Redirects of an upstream. A client that followed one would leave the gateway behind and take its key along, so only downloads that lie at
/// another host are its to fetch.
/// </summary>
internal static class Redirect
{
    /// <returns>Where to, without user, password and query, if the client is not to be told; else null.</returns>
    public static string? Refused(string method, Upstream upstream, HttpResponseMessage answer)
    {
        if (answer.Headers.Location is not { } location || answer.StatusCode == HttpStatusCode.NotModified)
            return null;
        // An upstream may have several destinations: it is the one that was asked that counts.
        var asked = answer.RequestMessage?.RequestUri ?? upstream.Address;
        var address = new Uri(asked, location);
        var reads = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        return reads && !address.Host.Equals(asked.Host, StringComparison.OrdinalIgnoreCase)
            ? null
            : address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
    }
}
