using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PromptGateway.Admin;
using PromptGateway.Budgets;
using PromptGateway.Configuration;
using PromptGateway.Counters;
using PromptGateway.Endpoints;
using PromptGateway.Experiments;
using PromptGateway.Forwarding;
using PromptGateway.Hosting;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.Objects;
using PromptGateway.Prompts.Asking;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Prompts.Preview;
using PromptGateway.Providers;
using PromptGateway.Providers.Anthropic;
using PromptGateway.Providers.OpenAI;
using PromptGateway.Providers.Simulator;
using PromptGateway.RateLimits;
using PromptGateway.Routing;
using PromptGateway.Storage;
using PromptGateway.Usage;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace PromptGateway;

/// <summary>Puts the rooms together.</summary>
internal static class GatewayServices
{
    public static void AddGateway(
        this WebApplicationBuilder builder,
        GatewaySettings settings,
        ConfigurationSources sources,
        LiveConfiguration live
    )
    {
        var services = builder.Services;
        var options = GatewayOptions.Bind(builder.Configuration);
        services.AddSingleton(settings);
        services.AddSingleton(options.Prompts);
        services.AddSingleton(options.Forwarding);
        services.TryAddSingleton(TimeProvider.System);
        services.AddGatewayMetrics();
        var storage = StorageConfiguration.Read(
            builder.Configuration,
            settings.Data,
            (text, missing) => EnvironmentReference.Resolve(text, sources.Named, missing)
        );
        services.AddGatewayStorage(storage);
        services.AddSingleton(CounterOptions.Read(builder.Configuration));
        services.AddStorageTasks(storage);
        services.AddGatewayKeys(builder.Configuration);
        services.AddSingleton(new AuthenticationOptions { PassThrough = settings.PassThrough });
        services.AddSingleton<RequestIds>();
        services.AddSingleton<TokenForecast>();
        services.AddRateLimits(builder.Configuration);
        services.AddBudgets(builder.Configuration, settings.Environment);
        services.AddProviders();
        services.AddPromptPreview();
        services.AddSingleton(sources);
        services.AddSingleton(live);
        services.AddSingleton<ConfigurationWatch>();
        services.AddHostedService(s => s.GetRequiredService<ConfigurationWatch>());
        services.AddRouting(builder.Configuration, settings, sources);
        services.AddForwarding(options.Forwarding);
        services.AddCrossOrigin(options.Cors);
        services.AddSingleton<UsageWriter>();
        services.AddSingleton<OptimizationBooking>();
        services.AddHostedService(s => s.GetRequiredService<UsageWriter>());
        services.AddSingleton<IAskBooks, AskBooks>();
        services.AddPromptOptimization();
        services.AddExperiments(builder.Configuration);
        services.AddObjects(builder.Configuration);
        services.AddGatewayAdmin(builder.Configuration);
        services.AddGatewayHosting(options.Forwarding, SocketTuning.IsInline);
    }

    public static void AddProviders(this IServiceCollection services)
    {
        services.AddSingleton<IProvider, OpenAIProvider>();
        services.AddSingleton<IProvider, AnthropicProvider>();
        services.AddSingleton<IProvider, SimulatorProvider>();
    }

    private static void AddRouting(
        this IServiceCollection services,
        IConfiguration configuration,
        GatewaySettings settings,
        ConfigurationSources sources
    )
    {
        services.AddSingleton(_ => PriceList.Load());
        services.AddSingleton<BuiltInSimulator>();
        services.AddSingleton(s => new RoutingSources
        {
            Configuration = configuration,
            FileName = sources.Routing.Name,
            Environment = sources.Named,
            PassThrough = settings.PassThrough,
            CallersAreStrangers = ListenRules.AreCallersStrangers(settings),
            IsOwnAddress = ListenRules.OwnAddresses(settings),
            Simulator = s.GetRequiredService<BuiltInSimulator>().Start,
        });
        services.AddSingleton<RoutingConfigBuilder>();
        services.AddSingleton<RoutingCheck>();
        services.AddSingleton<UpstreamCatalog>();
        services.AddSingleton<IProxyConfigProvider>(s => s.GetRequiredService<UpstreamCatalog>());
        services.AddSingleton<IConfigChangeListener>(s => s.GetRequiredService<UpstreamCatalog>());
        services.AddSingleton(s => new ModelDiscovery(
            new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
            {
                Timeout = TimeSpan.FromSeconds(5),
                MaxResponseContentBufferSize = 4 << 20,
            },
            s.GetRequiredService<TimeProvider>()
        ));
    }

    private static void AddForwarding(this IServiceCollection services, ForwardingOptions options)
    {
        services.AddSingleton<OpenAttempts>();
        services.AddSingleton<Settlement>();
        services.AddSingleton<AnswerJournal>();
        services.AddSingleton<JoinedCalls>();
        services.AddSingleton<UpstreamAddresses>();
        services.AddSingleton<RequestHeaders>();
        services.AddSingleton<UpstreamAnswer>();
        // YARP's session affinity asks for it; unused here, so nothing is to be written to the home directory.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddReverseProxy().AddTransforms<UpstreamTransforms>();
        services.AddSingleton<IForwarderHttpClientFactory>(new UpstreamClientFactory(options));
    }
}
