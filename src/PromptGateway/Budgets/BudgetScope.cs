namespace PromptGateway.Budgets;

/// <summary>Whose budget it is.</summary>
internal enum BudgetScope
{
    Key,
    Team,
    Gateway,
}
