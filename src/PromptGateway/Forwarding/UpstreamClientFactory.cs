using System.Net;
using System.Text;
using Yarp.ReverseProxy.Forwarder;

namespace PromptGateway.Forwarding;

/// <summary>The HTTP clients to the upstreams: YARP's, with the gateway's settings and its <see cref="ReplayHandler"/>.</summary>
internal sealed class UpstreamClientFactory(ForwardingOptions options) : ForwarderHttpClientFactory
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = options.ConnectTimeout;
        handler.PooledConnectionLifetime = options.ConnectionLifetime;
        handler.AutomaticDecompression = DecompressionMethods.None;
        // Titles and names beyond ASCII are sent by people and read by providers; without this the request would fail.
        handler.RequestHeaderEncodingSelector ??= static (_, _) => Encoding.UTF8;
        // A connection that a load balancer has dropped silently would hang the next HTTP/2 request.
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        handler.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        // A cancelled answer is not read to its end, which would cost up to 2 s of tokens: its connection is closed.
        handler.ResponseDrainTimeout = TimeSpan.Zero;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        base.WrapHandler(context, new ReplayHandler(handler));
}
