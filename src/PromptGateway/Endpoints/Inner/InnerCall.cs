using System.IO.Pipelines;
using Microsoft.AspNetCore.Routing;

namespace PromptGateway.Endpoints.Inner;

/// <summary>
/// A request that the gateway makes to itself: through the whole pipeline, so with routing, retries, budgets, metrics and a row of its own
/// on the ledger, but without a connection. Outlives the request that it was made for when that one leaves.
/// </summary>
internal sealed class InnerCall
{
    private readonly InnerResponse _response = new();
    private readonly InnerLifetime _lifetime;

    private InnerCall(HttpContext context, InnerLifetime lifetime)
    {
        (Context, _lifetime) = (context, lifetime);
        context.Features.Set<IHttpResponseFeature>(_response);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_response.Body));
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
    }

    /// <summary>Where the stages leave their nouns.</summary>
    public HttpContext Context { get; }

    /// <summary>Ends when status and headers are final; never fails.</summary>
    public Task Started => _response.Started;

    /// <summary>Ends when the request is over and booked; never fails.</summary>
    public Task Completed { get; private set; } = Task.CompletedTask;

    /// <summary>The answer's body. Reading it to the end fails when the answer was cut. Complete it in any case.</summary>
    public PipeReader Body => _response.Reader;

    /// <param name="entrance">The endpoint of the pipeline: that of the request on whose behalf it is.</param>
    /// <param name="services">Of the application, not of a request.</param>
    /// <param name="request">What it is.</param>
    /// <param name="path">Such as <c>/v1/responses</c>.</param>
    /// <param name="json">The body.</param>
    /// <param name="prepare">Leaves nouns and headers on it.</param>
    /// <param name="cancellationToken">Whoever waits for it leaves.</param>
    public static InnerCall Start(
        Endpoint entrance,
        IServiceProvider services,
        InnerRequest request,
        string path,
        byte[] json,
        Action<HttpContext> prepare,
        CancellationToken cancellationToken
    )
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(
            new HttpRequestFeature
            {
                Method = HttpMethods.Post,
                Path = path,
                Scheme = "http",
                // Answers to HTTP/1.1 may ask for the connection to be closed.
                Protocol = HttpProtocol.Http2,
                Body = new MemoryStream(json, writable: false),
            }
        );
        var call = new InnerCall(new DefaultHttpContext(features) { RequestServices = services }, new InnerLifetime(cancellationToken));
        call.Context.Request.ContentType = "application/json";
        call.Context.Request.ContentLength = json.Length;
        call.Context.SetEndpoint(entrance);
        call.Context.SetNoun(request);
        prepare(call.Context);
        call.Completed = call.RunAsync(entrance.RequestDelegate!);
        return call;
    }

    private async Task RunAsync(RequestDelegate pipeline)
    {
        // The pipeline may run for long before it waits for something.
        await Task.Yield();
        Exception? failure = null;
        try
        {
            await pipeline(Context);
            await _response.StartAsync();
            if (_lifetime.IsAborted || _lifetime.RequestAborted.IsCancellationRequested)
                failure = new IOException("The answer was cut.");
        }
        catch (Exception e)
        {
            failure = e;
        }
        try
        {
            await _response.EndAsync(failure);
        }
        finally
        {
            _lifetime.Dispose();
        }
    }
}
