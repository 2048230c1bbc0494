namespace PromptGateway.Budgets;

/// <summary>What a request costs, or may cost.</summary>
/// <param name="NanoUsd">Null: the price is not known.</param>
/// <param name="Tokens">Prompt and output.</param>
internal readonly record struct BudgetCost(long? NanoUsd, long Tokens)
{
    public long Of(Budget budget) => budget.Limit.IsMoney ? NanoUsd ?? 0 : Tokens;
}
