using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace PromptGateway.Metrics;

/// <summary>Registers the room.</summary>
internal static class MetricsServices
{
    public static IServiceCollection AddGatewayMetrics(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        // Judged with the whole configuration, before anything is built.
        services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<MetricsOptions>>().Value);
        services.AddSingleton(provider => new GatewayMetrics(
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<MetricsOptions>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<OptimizationMetrics>();
        services.AddSingleton<MetricsPipeline>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsPipeline>());
        services.AddHostedService<CollectorWatch>();
        services.AddSingleton<GatewayTracing>();
        services.AddHostedService(provider => provider.GetRequiredService<GatewayTracing>());
        return services;
    }
}
