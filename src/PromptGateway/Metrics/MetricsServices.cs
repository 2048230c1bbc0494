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
        services
            .AddOptions<MetricsOptions>()
            .BindConfiguration(MetricsOptions.Section)
            .Validate(
                options => options is { MaxModels: > 0, MaxHistogramModels: > 0, MaxKeys: > 0, MaxSeries: > 0 },
                "Telemetry:MaxModels, MaxHistogramModels, MaxKeys and MaxSeries must be at least 1."
            )
            .ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<MetricsOptions>>().Value);
        services.AddSingleton(provider => new GatewayMetrics(
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<MetricsOptions>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<OptimizationMetrics>();
        services.AddSingleton<MetricsPipeline>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsPipeline>());
        services.AddSingleton<GatewayTracing>();
        services.AddHostedService(provider => provider.GetRequiredService<GatewayTracing>());
        return services;
    }
}
