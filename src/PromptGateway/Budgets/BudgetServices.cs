namespace PromptGateway.Budgets;

/// <summary>Registers the room.</summary>
internal static class BudgetServices
{
    public static IServiceCollection AddBudgets(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(BudgetOptions.Read(configuration));
        services.AddSingleton<BudgetAlerts>();
        services.AddSingleton<BudgetBook>();
        return services;
    }
}
