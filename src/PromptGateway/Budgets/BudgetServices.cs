using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>Registers the room.</summary>
internal static class BudgetServices
{
    public static IServiceCollection AddBudgets(this IServiceCollection services, IConfiguration configuration)
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
        services.AddSingleton<BudgetAlerts>();
        services.AddSingleton<BudgetBook>();
        return services;
    }
}
