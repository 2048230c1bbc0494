namespace PromptGateway.Budgets;

/// <summary>Scopes as metrics and the admin API spell them.</summary>
internal static class BudgetScopeNames
{
    public static string Name(this BudgetScope scope) =>
        scope switch
        {
            BudgetScope.Key => "key",
            BudgetScope.Team => "team",
            BudgetScope.Session => "session",
            _ => "gateway",
        };
}
