using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>Registers the room.</summary>
internal static class BudgetServices
{
    /// <param name="services">Get the room.</param>
    /// <param name="configuration">Has the section <c>Budgets</c>.</param>
    /// <param name="environment">Variables and secret files that it refers to; null: those of the process.</param>
    public static IServiceCollection AddBudgets(
        this IServiceCollection services,
        IConfiguration configuration,
        Func<string, string?>? environment = null
    )
    {
        services.AddSingleton(BudgetOptions.Read(configuration));
        services.AddSingleton(s => new StoredRules<BudgetRule>(
            s.GetRequiredService<IDocumentStore>(),
            "budget",
            rules => s.GetRequiredService<BudgetOptions>().Store(rules)
        ));
        services.AddSingleton(s => new StoredRules<BudgetRaise>(
            s.GetRequiredService<IDocumentStore>(),
            "raise",
            raises => s.GetRequiredService<BudgetOptions>().Store(raises)
        ));
        services.AddSingleton<IStoredRules>(s => s.GetRequiredService<StoredRules<BudgetRule>>());
        services.AddSingleton<IStoredRules>(s => s.GetRequiredService<StoredRules<BudgetRaise>>());
        services.AddHostedService<BudgetReload>();
        services.AddSingleton(s => new WebhookClient(
            environment ?? Environment.GetEnvironmentVariable,
            s.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<BudgetAlerts>();
        services.AddHostedService<AlertSender>();
        services.AddSingleton<BudgetBook>();
        return services;
    }
}
