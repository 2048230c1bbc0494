using PromptGateway.Budgets;
using PromptGateway.Keys;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Storage;

/// <summary>The only place that chooses where things are stored.</summary>
internal static class StorageServices
{
    /// <summary>One SQLite file in <paramref name="dataDirectory"/>; directory and file are created on first use.</summary>
    public static IServiceCollection AddGatewayStorage(this IServiceCollection services, string dataDirectory)
    {
        services.AddSingleton(_ => new SqliteDatabase(dataDirectory));
        services.AddSingleton<IKeyStore, SqliteKeyStore>();
        services.AddSingleton<ISettingsStore, SqliteSettings>();
        services.AddSingleton<IUsageLog, SqliteUsageLog>();
        services.AddSingleton<IBudgetStore, SqliteBudgetStore>();
        return services;
    }
}
