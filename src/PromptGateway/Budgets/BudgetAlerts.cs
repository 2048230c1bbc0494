using PromptGateway.Metrics;

namespace PromptGateway.Budgets;

/// <summary>Says in log and metrics that a share of a budget is used up; once a share and period.</summary>
internal sealed class BudgetAlerts(GatewayMetrics metrics, ILogger<BudgetAlerts> log)
{
    public void Reached(Budget budget, int share)
    {
        metrics.BudgetThreshold(budget.Limit.Scope.Name(), share);
        log.LogWarning(
            "{Share} % of the {Mode} budget of {Owner} is used: {Spent} of {Amount} {Unit} per {Per}",
            share,
            budget.Limit.Spec.Mode,
            BudgetRejection.Owner(budget.Limit),
            BudgetState.Of(budget).Spent,
            BudgetState.Of(budget).Amount,
            BudgetState.Of(budget).Unit,
            budget.Limit.Spec.Per
        );
    }
}
