using Microsoft.Extensions.DependencyInjection.Extensions;
using PromptGateway.Budgets;
using PromptGateway.Counters;
using PromptGateway.Experiments.Feedback;
using PromptGateway.Experiments.Report;
using PromptGateway.Experiments.Switches;
using PromptGateway.Keys;
using PromptGateway.Objects;
using PromptGateway.Storage.Postgres;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Usage;
using PromptGateway.Usage.Journal;

namespace PromptGateway.Storage;

/// <summary>The only place that chooses where things are stored.</summary>
internal static class StorageServices
{
    /// <summary>Rows that wait for the database, below the data directory.</summary>
    public const string SpoolDirectory = "ledger-spool";

    /// <summary>Under the data directory: rows that are not in the ledger yet, safe from a crash of the process.</summary>
    public const string JournalDirectory = "journal";

    /// <summary>Rows that the database will never take.</summary>
    public const string RefusedFile = "ledger-refused.jsonl";

    /// <summary>One SQLite file in <paramref name="dataDirectory"/>; directory and file are created on first use.</summary>
    public static IServiceCollection AddGatewayStorage(this IServiceCollection services, string dataDirectory) =>
        services.AddGatewayStorage(new StorageOptions { DataDirectory = dataDirectory });

    /// <summary>PostgreSQL when the options name one, else SQLite.</summary>
    public static IServiceCollection AddGatewayStorage(this IServiceCollection services, StorageOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(_ => new UsageSpool(Path.Combine(options.DataDirectory, SpoolDirectory)));
        services.AddSingleton(s =>
            ActivatorUtilities.CreateInstance<UsageJournal>(s, Path.Combine(options.DataDirectory, JournalDirectory))
        );
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<RefusedRows>(s, Path.Combine(options.DataDirectory, RefusedFile)));
        return options.Postgres is { } postgres ? services.AddPostgres(postgres) : services.AddSqlite(options.DataDirectory);
    }

    /// <summary>What runs beside the requests of a gateway, and what the command line does without.</summary>
    public static IServiceCollection AddStorageTasks(this IServiceCollection services, StorageOptions options)
    {
        services.AddHostedService<RetentionLoop>();
        if (options.Postgres is null)
            return services;
        services.AddSingleton<PostgresStart>();
        services.AddSingleton(s =>
        {
            var changed = s.GetRequiredService<KeyChangeSignal>();
            return new PostgresSubscription(PostgresKeyStore.Channel, _ => changed.Raise());
        });
        services.AddSingleton<ICounterBank, PostgresCounterBank>();
        services.AddSingleton<SharedCounters>();
        services.AddSingleton(s =>
        {
            var counters = s.GetRequiredService<SharedCounters>();
            return new PostgresSubscription(
                PostgresCounterBank.Channel,
                payload =>
                {
                    if (PostgresCounterBank.ReadSignal(payload) is { } signal)
                        counters.Hear(signal);
                }
            );
        });
        services.AddHostedService(s => s.GetRequiredService<SharedCounters>());
        return services.AddHostedService<PostgresNotifications>();
    }

    private static IServiceCollection AddSqlite(this IServiceCollection services, string dataDirectory)
    {
        services.AddSingleton(_ => new SqliteDatabase(dataDirectory));
        services.AddSingleton<IKeyStore, SqliteKeyStore>();
        services.AddSingleton<ISettingsStore, SqliteSettings>();
        services.AddSingleton<IDocumentStore, SqliteDocuments>();
        services.AddSingleton<IUsageLog, SqliteUsageLog>();
        services.AddSingleton<IBudgetStore, SqliteBudgetStore>();
        services.AddSingleton<IFeedbackStore, SqliteFeedbackStore>();
        services.AddSingleton<IOptimizationLog, SqliteOptimizationLog>();
        services.AddSingleton<ISwitchStore, SqliteSwitchStore>();
        services.AddSingleton<IObjectStore, SqliteObjectStore>();
        return services;
    }

    private static IServiceCollection AddPostgres(this IServiceCollection services, PostgresOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(_ => new PostgresDatabase(options));
        services.AddSingleton<IKeyStore, PostgresKeyStore>();
        services.AddSingleton<ISettingsStore, PostgresSettings>();
        services.AddSingleton<IDocumentStore, PostgresDocuments>();
        services.AddSingleton<IUsageLog, PostgresUsageLog>();
        services.AddSingleton<IBudgetStore, PostgresBudgetStore>();
        services.AddSingleton<IFeedbackStore, PostgresFeedbackStore>();
        services.AddSingleton<IOptimizationLog, PostgresOptimizationLog>();
        services.AddSingleton<ISwitchStore, PostgresSwitchStore>();
        services.AddSingleton<IObjectStore, PostgresObjectStore>();
        return services;
    }
}
