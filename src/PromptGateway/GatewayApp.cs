using Microsoft.Extensions.Primitives;
using PromptGateway.Admin;
using PromptGateway.Budgets;
using PromptGateway.Configuration;
using PromptGateway.Experiments.Switches;
using PromptGateway.Forwarding;
using PromptGateway.Hosting;
using PromptGateway.Keys;
using PromptGateway.Logging;
using PromptGateway.Metrics;
using PromptGateway.RateLimits;
using PromptGateway.Routing;
using PromptGateway.Storage;
using PromptGateway.Storage.Postgres;
using PromptGateway.Usage;
using Yarp.ReverseProxy;

namespace PromptGateway;

/// <summary>Builds the gateway as one web application; <c>Program</c> and the tests start from here.</summary>
internal static class GatewayApp
{
    /// <param name="settings">Where it listens and keeps its data.</param>
    /// <param name="change">Last word on the builder, for tests.</param>
    /// <param name="logOutput">Where log lines go, as JSON; null: standard output, in the form that suits it.</param>
    public static WebApplication Build(GatewaySettings settings, Action<WebApplicationBuilder>? change = null, Stream? logOutput = null)
    {
        // Without the framework's own sources of configuration: they read files before ours are judged, and watch them by means that
        // do not see how Kubernetes swaps them.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();
        var sources = settings.Sources ?? new ConfigurationSources { ConfigPath = settings.ConfigFile, Environment = settings.Environment };
        var live = new LiveConfiguration(LoadedConfiguration.From(sources));
        if (ConfigurationCheck.Run(live.Current, routing: null) is { Count: > 0 } errors)
            throw new ConfigurationException(errors);
        builder.Configuration.Sources.Add(live);
        change?.Invoke(builder);
        var telemetry = builder.Configuration.GetSection(MetricsOptions.Section).Get<MetricsOptions>() ?? new MetricsOptions();
        var collector = OtlpTarget.From(telemetry);
        var secrets = builder.AddGatewayLogging(logOutput, collector is null ? null : collector.ExportLogs);
        MaskKeys(builder.Configuration, secrets);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Configure(builder.Configuration.GetSection("Kestrel"), reloadOnChange: true));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(settings));
        builder.AddGateway(settings, sources, live);
        var app = builder.Build();
        secrets.Register(app.Services.GetRequiredService<StorageOptions>().Postgres?.Password);
        // The framework would hang its authorization around every request, since YARP registers it; the gateway has its own.
        ((IApplicationBuilder)app).Properties["__AuthorizationMiddlewareSet"] = true;
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
        if (app.Services.GetService<PostgresStart>() is { } database)
            await database.WaitAsync(cancellationToken);
        var secrets = await app.Services.GetRequiredService<FirstRun>().EnsureAsync(cancellationToken);
        app.Services.GetRequiredService<DirectoryClaim>().Take();
        await app.Services.GetRequiredService<KeyRing>().RefreshAsync(cancellationToken);
        await app.Services.GetRequiredService<UsageWriter>().RecoverAsync();
        var metrics = app.Services.GetRequiredService<GatewayMetrics>();
        var catalog = app.Services.GetRequiredService<UpstreamCatalog>();
        Introduce(catalog.Current, metrics, app.Services.GetRequiredService<SecretMask>());
        catalog.Reloaded += applied =>
        {
            if (!applied)
                metrics.ConfigReloaded(applied: false);
            Introduce(catalog.Current, metrics, app.Services.GetRequiredService<SecretMask>());
        };
        metrics.State.ReadCatalog(() => catalog.Current.Fingerprint);
        app.Services.GetRequiredService<ConfigurationWatch>().Reloaded += metrics.ConfigReloaded;
        FollowKeys(app);
        ReadGauges(app, metrics);
        return secrets;
    }

    /// <summary>Names become labels of metrics only when configuration has them; its secrets are masked in every log line.</summary>
    private static void Introduce(CatalogSnapshot catalog, GatewayMetrics metrics, SecretMask mask)
    {
        metrics.Know(catalog.ListModels().Select(m => m.Name), catalog.Upstreams.Select(u => u.Id));
        foreach (var upstream in catalog.Upstreams)
            mask.Register(upstream.Secret);
    }

    /// <summary>Declared keys, and the admin key if it is configured, follow a changed configuration or a changed secret file.</summary>
    private static void FollowKeys(WebApplication app)
    {
        var services = app.Services;
        ChangeToken.OnChange(
            ((IConfiguration)app.Configuration).GetReloadToken,
            () =>
            {
                var keys = KeysConfiguration.Read(app.Configuration, services.GetRequiredService<TimeProvider>().GetUtcNow());
                MaskKeys(app.Configuration, services.GetRequiredService<SecretMask>());
                services.GetRequiredService<KeyRing>().Declare(keys.Declared);
                if (keys.AdminKeyHash is { } hash)
                    services.GetRequiredService<AdminKey>().Use(hash);
            }
        );
    }

    private static void MaskKeys(IConfiguration configuration, SecretMask mask)
    {
        mask.Register(configuration[KeysConfiguration.ApiKeyVariable]);
        mask.Register(configuration[KeysConfiguration.AdminKeyVariable]);
    }

    private static void ReadGauges(WebApplication app, GatewayMetrics metrics)
    {
        app.Services.GetRequiredService<SwitchGauge>();
        var writer = app.Services.GetRequiredService<UsageWriter>();
        var keys = app.Services.GetRequiredService<KeyRing>();
        metrics.State.ReadLedgerQueue(() => writer.QueueDepth);
        metrics.State.ReadLedgerLag(() => writer.Lag);
        metrics.State.ReadLedgerSpool(() => writer.SpooledRows);
        var clusters = app.Services.GetRequiredService<IProxyStateLookup>();
        metrics.State.ReadDestinations(() => UpstreamHealth.Read(clusters));
        metrics.State.ReadKeyStoreStaleness(() => keys.Staleness);
        metrics.State.ConfigApplied();
        var time = app.Services.GetRequiredService<TimeProvider>();
        var limits = app.Services.GetRequiredService<LimitedSubjects>();
        var budgets = app.Services.GetRequiredService<BudgetBook>();
        metrics.Limits.ReadHeadroom(() => limits.Headroom(time.GetUtcNow()));
        var queues = app.Services.GetRequiredService<LimitQueues>();
        metrics.Limits.ReadQueue(() => queues.Waiting);
        metrics.Limits.ReadBudgets(() => budgets.Reports.Read(time.GetUtcNow()));
    }
}
