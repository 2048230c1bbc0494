using Microsoft.Extensions.Options;
using PromptGateway.Admin;
using PromptGateway.Budgets;
using PromptGateway.Counters;
using PromptGateway.Experiments.Switches;
using PromptGateway.Forwarding;
using PromptGateway.Hosting;
using PromptGateway.Keys;
using PromptGateway.Logging;
using PromptGateway.Metrics;
using PromptGateway.Objects;
using PromptGateway.Prompts;
using PromptGateway.Prompts.Optimization;
using PromptGateway.RateLimits;
using PromptGateway.Routing;
using PromptGateway.Storage;
using Yarp.ReverseProxy.Configuration;

namespace PromptGateway.Configuration;

/// <summary>Every section there is. A new one gets a line here, and the reference page is generated anew.</summary>
internal static class KnownSections
{
    public static readonly IReadOnlyList<KnownSection> All =
    [
        new("Gateway", OptionShape.Of<GatewayListenOptions>(), IsLive: false),
        new(
            "ReverseProxy",
            OptionShape.Object(
                typeof(object),
                ("Clusters", OptionShape.Map(OptionShape.Of<ClusterConfig>())),
                ("Routes", OptionShape.Free)
            ),
            IsLive: true
        ),
        new("Prices", OptionShape.Of<PriceOptions>(), IsLive: true),
        new(
            "Keys",
            OptionShape.List(OptionShape.Of<DeclaredKey>()),
            IsLive: true,
            c => KeysConfiguration.Read(c, DateTimeOffset.UnixEpoch)
        ),
        new("KeyStore", OptionShape.Of<KeyStoreOptions>(), IsLive: false),
        new(
            "Storage",
            OptionShape.Of<StorageSection>(),
            IsLive: false,
            // What ${NAME} stands for is not known here; that it is set is checked at the start.
            c => StorageConfiguration.Read(c, "", (text, _) => text)
        ),
        new("RateLimits", OptionShape.List(OptionShape.Of<RateLimitRule>()), IsLive: true, c => RateLimitOptions.Read(c)),
        new(
            "Budgets",
            OptionShape.Object(
                typeof(BudgetOptions),
                ("Rules", OptionShape.List(OptionShape.Of<BudgetRule>())),
                ("UnknownPrice", OptionShape.Of<string>()),
                ("Webhook", OptionShape.Of<WebhookOptions>())
            ),
            IsLive: true,
            c => BudgetOptions.Read(c)
        ),
        new("Counters", OptionShape.Of<CounterOptions>(), IsLive: false, c => CounterOptions.Read(c)),
        new("Objects", OptionShape.Of<ObjectOptions>(), IsLive: false, c => ObjectOptions.Read(c)),
        new("Prompts", OptionShape.Of<PromptOptions>(), IsLive: false, c => Validate(c, "Prompts", new PromptOptions(), o => o.Validate())),
        new(
            OptimizationSection.Name,
            // The settings of transforms are their own: the reader checks them.
            OptionShape
                .Of<OptimizationSection>()
                .With("Policies", OptionShape.Map(OptionShape.Of<PolicySection>().With("Transforms", OptionShape.Free))),
            IsLive: true,
            c => OptimizationReader.Read(c)
        ),
        new(SwitchOffOptions.Section, OptionShape.Of<SwitchOffOptions>(), IsLive: false, c => SwitchOffOptions.Read(c)),
        new(
            "Forwarding",
            OptionShape.Of<ForwardingOptions>(),
            IsLive: false,
            c => Validate(c, "Forwarding", new ForwardingOptions(), o => o.Validate())
        ),
        new(
            "Cors",
            OptionShape.Of<CrossOriginOptions>(),
            IsLive: false,
            c => Validate(c, "Cors", new CrossOriginOptions(), o => o.Validate())
        ),
        new("Admin", OptionShape.Of<AdminOptions>(), IsLive: false, c => AdminOptions.Read(c)),
        new(
            MetricsOptions.Section,
            OptionShape.Of<MetricsOptions>(),
            IsLive: false,
            c => Validate(c, MetricsOptions.Section, new MetricsOptions(), o => o.Validate())
        ),
        new("Serilog", OptionShape.Free, IsLive: false, LoggingCheck.Run),
        // Kestrel's own: certificates for https addresses.
        new("Kestrel", OptionShape.Free, IsLive: false, CertificateFiles.Check),
    ];

    public static KnownSection? Find(string name) =>
        All.FirstOrDefault(section => section.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static void Validate<T>(IConfiguration configuration, string name, T options, Func<T, IEnumerable<string>> validate)
        where T : class
    {
        configuration.GetSection(name).Bind(options);
        string[] errors = [.. validate(options)];
        if (errors.Length > 0)
            throw new OptionsValidationException(name, typeof(T), errors);
    }
}
