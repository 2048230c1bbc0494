using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PromptGateway.Logging;
using PromptGateway.Metrics;
using PromptGateway.Tests.Gateway;
using Yarp.ReverseProxy.Configuration;

namespace PromptGateway.Tests.Metrics;

/// <summary>YARP with the gateway's logging, metrics and tracing, and nothing else of the gateway, in front of an upstream.</summary>
internal sealed class TracedProxy : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TracedProxy(WebApplication app)
    {
        _app = app;
        Client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }
    public GatewayTracing Tracing => _app.Services.GetRequiredService<GatewayTracing>();

    /// <summary>Whether anything made an Activity for the last request.</summary>
    public bool SawActivity { get; private set; }

    public static async Task<TracedProxy> StartAsync(FakeUpstream upstream, OtlpCollector? collector)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        if (collector is not null)
            builder.Configuration.AddInMemoryCollection([
                new("Telemetry:OtlpEndpoint", collector.Address),
                new("Telemetry:OtlpProtocol", "http/protobuf"),
            ]);
        builder.AddGatewayLogging(Stream.Null);
        builder.Services.AddRoutingCore().AddGatewayMetrics();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder
            .Services.AddReverseProxy()
            .LoadFromMemory(
                [
                    new RouteConfig
                    {
                        RouteId = "all",
                        ClusterId = "one",
                        Match = new RouteMatch { Path = "{**rest}" },
                    },
                ],
                [
                    new ClusterConfig
                    {
                        ClusterId = "one",
                        Destinations = new Dictionary<string, DestinationConfig>
                        {
                            ["one"] = new() { Address = upstream.Address.ToString() },
                        },
                    },
                ]
            );
        var app = builder.Build();
        app.UseRouting();
        TracedProxy? proxy = null;
        app.MapReverseProxy(pipeline => pipeline.Use((context, next) => proxy!.TraceAsync(context, next)));
        await app.StartAsync();
        return proxy = new TracedProxy(app);
    }

    /// <summary>Stops it, which exports what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        // The client has its answer before the request's span has ended.
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TraceAsync(HttpContext context, RequestDelegate next)
    {
        using var span = Tracing.StartRequest(context.Request.Headers, "chat");
        SawActivity = Activity.Current is not null;
        await next(context);
        GatewayTracing.Describe(span, MeasuredGateway.Chat() with { Status = context.Response.StatusCode }, "req-1");
    }
}
