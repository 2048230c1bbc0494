using Microsoft.Extensions.Primitives;
using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Json;
using PromptGateway.Keys;
using PromptGateway.Prompts;
using PromptGateway.Routing;
using Yarp.ReverseProxy.Transforms;

namespace PromptGateway.Forwarding;

/// <summary>What goes upstream: the client's headers under <see cref="HeaderRules"/>, the provider's own credentials, its path.</summary>
internal sealed class RequestHeaders(UpstreamAddresses addresses, TimeProvider time) : RequestTransform
{
    private const string SubprotocolHeader = "Sec-WebSocket-Protocol";

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var http = context.HttpContext;
        var attempt = http.Noun<Attempt>();
        var replayed = http.Request.Body is SplicedBodyStream { Length: <= ReplayedContent.LongestBody } body
            ? new ReplayedContent(body)
            : null;
        CopyHeaders(context, replayed);
        var upstream = attempt.Target.Upstream;
        var secret = upstream.PassThrough ? http.FindNoun<Caller>()?.PassThroughSecret : upstream.Secret;
        if (secret is not null)
            upstream.Provider.Authorize(context.ProxyRequest, secret);
        if (replayed is not null)
            context.ProxyRequest.Options.Set(ReplayedContent.Key, replayed);
        SetAddress(context, attempt);
        attempt.SentAt = time.GetTimestamp();
        return default;
    }

    private static void CopyHeaders(RequestTransformContext context, ReplayedContent? replayed)
    {
        var headers = context.HttpContext.Request.Headers;
        var nominated = headers.Connection;
        foreach (var (name, value) in headers)
            if (HeaderRules.GoesUpstream(name) && (nominated.Count == 0 || !IsNominated(nominated.ToString(), name)))
                if (replayed is not null && HeaderRules.IsOfContent(name))
                    AddContentHeader(replayed, name, value);
                else
                    AddHeader(
                        context,
                        name,
                        name.Equals(SubprotocolHeader, StringComparison.OrdinalIgnoreCase) ? KeySubprotocol.Without(value) : value
                    );
    }

    private void SetAddress(RequestTransformContext context, Attempt attempt)
    {
        var http = context.HttpContext;
        var upstream = attempt.Target.Upstream;
        if (!http.Request.QueryString.HasValue && http.FindNoun<Prompt>() is not null)
        {
            context.ProxyRequest.RequestUri = addresses.Find(upstream, context.DestinationPrefix, context.Path.Value!);
            return;
        }
        context.Path = upstream.Provider.MapPath(context.Path.Value!);
        // A WebSocket names its model in the address; everything else does in its body.
        if (
            http.Noun<GatewayEndpoint>().Operation == Operation.Realtime
            && http.FindNoun<RealtimeTap>() is not null
            && attempt.Target.Model is { } model
            && http.FindNoun<RequestedModel>()?.Name != model
        )
            context.Query.Collection["model"] = model;
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

    private static void AddContentHeader(ReplayedContent replayed, string name, StringValues value)
    {
        // The length is that of the body as it goes upstream.
        if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            return;
        if (value.Count == 1)
            replayed.Headers.TryAddWithoutValidation(name, value[0]);
        else
            replayed.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
    }
}
