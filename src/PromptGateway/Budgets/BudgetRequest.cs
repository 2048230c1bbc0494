namespace PromptGateway.Budgets;

/// <summary>What budgets are asked about.</summary>
/// <param name="Requested">Model as the client names it.</param>
/// <param name="Upstream">Model as it goes upstream.</param>
/// <param name="At">When the request arrived: decides its period, as in the ledger.</param>
/// <param name="Expected">Reserved from hard budgets.</param>
/// <param name="Worst">Reserved from strict ones.</param>
internal readonly record struct BudgetRequest(string? Requested, string? Upstream, DateTimeOffset At, BudgetCost Expected, BudgetCost Worst)
{
    public long CostFor(Budget budget) =>
        budget.Limit.Spec.Mode switch
        {
            "strict" => Worst.Of(budget),
            "soft" => 0,
            _ => Expected.Of(budget),
        };
}
