using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Json;
using PromptGateway.Keys;
using PromptGateway.Routing;
using Yarp.ReverseProxy.Transforms;

namespace PromptGateway.Forwarding;

/// <summary>What goes upstream: the client's headers under <see cref="HeaderRules"/>, the provider's own credentials, its path.</summary>
internal sealed class RequestHeaders(TimeProvider time) : RequestTransform
{
    private const string SubprotocolHeader = "Sec-WebSocket-Protocol";

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var http = context.HttpContext;
        var attempt = http.Noun<Attempt>();
        var nominated = http.Request.Headers.Connection;
        foreach (var (name, value) in http.Request.Headers)
            if (HeaderRules.GoesUpstream(name) && (nominated.Count == 0 || !IsNominated(nominated.ToString(), name)))
                AddHeader(
                    context,
                    name,
                    name.Equals(SubprotocolHeader, StringComparison.OrdinalIgnoreCase) ? KeySubprotocol.Without(value) : value
                );

        var upstream = attempt.Target.Upstream;
        var secret = upstream.PassThrough ? http.FindNoun<Caller>()?.PassThroughSecret : upstream.Secret;
        if (secret is not null)
            upstream.Provider.Authorize(context.ProxyRequest, secret);
        context.Path = upstream.Provider.MapPath(context.Path.Value!);
        // A WebSocket names its model in the address; everything else does in its body.
        if (
            http.Noun<GatewayEndpoint>().Operation == Operation.Realtime
            && http.FindNoun<RealtimeTap>() is not null
            && attempt.Target.Model is { } model
            && http.FindNoun<RequestedModel>()?.Name != model
        )
            context.Query.Collection["model"] = model;
        if (http.Request.Body is SplicedBodyStream { Length: <= ReplayedContent.LongestBody } body)
            context.ProxyRequest.Options.Set(ReplayedContent.Body, body);
        attempt.SentAt = time.GetTimestamp();
        return default;
    }

    /// <summary>
    /// RFC 9110 7.6.1: a header that <c>Connection</c> names concerns this connection only. (Kestrel shortens a <c>Connection</c> that
    /// names <c>keep-alive</c> or <c>close</c> as well to that one word, so what else it named is not known here.)
    /// </summary>
    private static bool IsNominated(string connection, string name)
    {
        foreach (var token in connection.AsSpan().Split(','))
            if (connection.AsSpan(token).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
