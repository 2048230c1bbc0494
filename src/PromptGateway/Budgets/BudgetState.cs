namespace PromptGateway.Budgets;

/// <summary>A budget at one moment. Amounts are dollars or tokens, as the budget is declared.</summary>
internal sealed record BudgetState
{
    /// <summary>Stays the same as long as whose it is, unit, period, mode and models do.</summary>
    public required string Id { get; init; }

    /// <summary><c>usd</c> or <c>tokens</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>With raises in force.</summary>
    public required decimal Amount { get; init; }

    /// <summary>How much of it is raises.</summary>
    public decimal Raised { get; init; }
    public required string Per { get; init; }
    public required string Mode { get; init; }
    public IReadOnlyList<string>? Models { get; init; }
    public required decimal Spent { get; init; }

    /// <summary>Held by requests in flight.</summary>
    public required decimal Reserved { get; init; }
    public required decimal Remaining { get; init; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    public static BudgetState Of(Budget budget)
    {
        var scale = budget.Limit.IsMoney ? 1_000_000_000m : 1m;
        return new BudgetState
        {
            Id = budget.Limit.Id,
            Unit = budget.Limit.IsMoney ? "usd" : "tokens",
            Amount = budget.Amount / scale,
            Raised = (budget.Amount - budget.Limit.Amount) / scale,
            Per = budget.Limit.Spec.Per,
            Mode = budget.Limit.Spec.Mode,
            Models = budget.Limit.Spec.Models,
            Spent = budget.Spent / scale,
            Reserved = budget.Reserved / scale,
            Remaining = budget.Remaining / scale,
            ResetsAt = budget.ResetsAt,
        };
    }
}
