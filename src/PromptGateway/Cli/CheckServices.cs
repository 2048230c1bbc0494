using PromptGateway.Configuration;
using PromptGateway.Hosting;
using PromptGateway.Routing;

namespace PromptGateway.Cli;

/// <summary>As much of the gateway as it takes to judge a routing configuration.</summary>
internal static class CheckServices
{
    public static ServiceProvider Create(GatewaySettings settings, ConfigurationSources sources, LoadedConfiguration loaded)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddReverseProxy();
        services.AddProviders();
        services.AddSingleton(_ => PriceList.Load());
        services.AddSingleton(
            new RoutingSources
            {
                Configuration = loaded.ToConfiguration(),
                FileName = sources.Routing.Name,
                Environment = sources.Named,
                PassThrough = settings.PassThrough,
                CallersAreStrangers = ListenRules.AreCallersStrangers(settings),
                IsOwnAddress = ListenRules.OwnAddresses(settings),
                Simulator = () => throw new InvalidOperationException("Judging a configuration starts nothing."),
            }
        );
        services.AddSingleton<RoutingConfigBuilder>();
        services.AddSingleton<RoutingCheck>();
        return services.BuildServiceProvider();
    }
}
