using PromptGateway.Metrics;

namespace PromptGateway.Budgets;

/// <summary>A budget as metrics have it.</summary>
internal static class BudgetReadings
{
    public static BudgetReading Of(Budget budget)
    {
        var limit = budget.Limit;
        return new BudgetReading(
            limit.Scope == BudgetScope.Gateway ? "gateway" : limit.Shown,
            limit.Scope.Name(),
            limit.Spec.Per,
            limit.IsMoney,
            budget.Spent,
            budget.Amount,
            budget.Reserved
        );
    }
}
