using Microsoft.Extensions.Primitives;

namespace PromptGateway.Endpoints;

/// <summary>First of all: which endpoint this is, and the request's id. Leaves a <see cref="GatewayEndpoint"/> behind.</summary>
internal sealed class ResolveEndpointStage(RequestDelegate next, RequestIds ids)
{
    public const string RequestIdHeader = "x-request-id";

    public Task InvokeAsync(HttpContext context)
    {
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
}
