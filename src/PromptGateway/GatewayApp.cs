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
        change?.Invoke(builder);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(settings));
        builder.AddGateway(settings);
        var app = builder.Build();
        app.UseRouting();
        app.UseSurfaceGuard();
        app.MapHealth();
        app.MapGateway();
        var management = app.MapGroup("").WithMetadata(new SurfaceMetadata(Surface.Management));
        management.MapPrometheus("/metrics");
        return app;
    }

    /// <summary>Everything that must be there before the first request: keys, and the secrets of a first start.</summary>
    public static async Task<FirstRunSecrets> PrepareAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        var secrets = await app.Services.GetRequiredService<FirstRun>().EnsureAsync(cancellationToken);
        await app.Services.GetRequiredService<KeyRing>().RefreshAsync(cancellationToken);
        var metrics = app.Services.GetRequiredService<GatewayMetrics>();
        var catalog = app.Services.GetRequiredService<UpstreamCatalog>();
        metrics.Know(catalog.Current.ListModels().Select(m => m.Name), catalog.Current.Upstreams.Select(u => u.Id));
        catalog.Reloaded += metrics.ConfigReloaded;
        return secrets;
    }
}
