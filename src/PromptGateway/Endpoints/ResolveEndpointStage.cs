using Microsoft.Extensions.Primitives;
using PromptGateway.Endpoints.Inner;

namespace PromptGateway.Endpoints;

/// <summary>First of all: which endpoint this is, and the request's id. Leaves a <see cref="GatewayEndpoint"/> behind.</summary>
internal sealed class ResolveEndpointStage(RequestDelegate next, RequestIds ids)
{
    public const string RequestIdHeader = "x-request-id";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.FindNoun<InnerRequest>() is { } inner)
            return InvokeInnerAsync(context, inner);
        var request = context.Request;
        var path = request.Path.Value!;
        // SDKs with a base URL that ends in a slash produce one more at the end of nothing.
        if (path.Length > 4 && path[^1] == '/')
            request.Path = path = path.TrimEnd('/');
        var endpoint = EndpointTable.Resolve(request.Method, path, request.Headers.ContainsKey("anthropic-version"), request.ContentType);
        context.SetNoun(endpoint);

        var id = ids.Next();
        context.TraceIdentifier = id;
        // The ledger keeps the gateway's own id, which cannot be made to collide; the client sees its own again if it sent one.
        var theirs = request.Headers[RequestIdHeader];
        context.Response.Headers[RequestIdHeader] = theirs.Count == 1 && RequestIds.IsSane(theirs[0]) ? theirs : new StringValues(id);
        return next(context);
    }

    /// <summary>Of a request that the gateway makes to itself everything is known.</summary>
    private Task InvokeInnerAsync(HttpContext context, InnerRequest inner)
    {
        context.SetNoun(
            inner.Endpoint ?? EndpointTable.Resolve(HttpMethods.Post, context.Request.Path.Value!, anthropic: false, contentType: null)
        );
        context.TraceIdentifier = inner.RequestId;
        context.Response.Headers[RequestIdHeader] = inner.RequestId;
        return next(context);
    }
}
