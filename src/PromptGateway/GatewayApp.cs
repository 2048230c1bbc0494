using PromptGateway.Admin;
using PromptGateway.Hosting;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.Routing;

namespace PromptGateway;

/// <summary>Builds the gateway as one web application; <c>Program</c> and the tests start from here.</summary>
internal static class GatewayApp
{
    public static WebApplication Build(GatewaySettings settings, Action<WebApplicationBuilder>? change = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Configuration.AddEnvironmentVariables("PROMPTGATEWAY__");
        // Whoever logs in this category makes ASP.NET start an Activity for each request, and HttpClient another: microseconds for
        // nothing. MeasureStage reports every request itself; tracing, when it is on, starts its own.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        // YARP warns of every client that leaves, and of every upstream that fails; the gateway says so in one line of its own.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error);
        change?.Invoke(builder);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(settings));
        builder.AddGateway(settings);
        var app = builder.Build();
        app.UseRouting();
        app.UseCrossOrigin();
        app.UseSurfaceGuard();
        app.MapHealth();
        app.MapGateway();
        var management = app.MapGroup("").WithMetadata(new SurfaceMetadata(Surface.Management));
        management.MapPrometheus("/metrics");
        management.MapAdmin();
        return app;
    }

    /// <summary>Everything that must be there before the first request: keys, and the secrets of a first start.</summary>
    public static async Task<FirstRunSecrets> PrepareAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        ListenRules.Check(app.Services.GetRequiredService<GatewaySettings>(), app.Services.GetRequiredService<KeysOptions>());
        var secrets = await app.Services.GetRequiredService<FirstRun>().EnsureAsync(cancellationToken);
        await app.Services.GetRequiredService<KeyRing>().RefreshAsync(cancellationToken);
        var metrics = app.Services.GetRequiredService<GatewayMetrics>();
        var catalog = app.Services.GetRequiredService<UpstreamCatalog>();
        metrics.Know(catalog.Current.ListModels().Select(m => m.Name), catalog.Current.Upstreams.Select(u => u.Id));
        catalog.Reloaded += metrics.ConfigReloaded;
        return secrets;
    }
}
