namespace PromptGateway.Budgets;

/// <summary>A share of a budget is used: what the webhook is told, and what is kept until it was.</summary>
internal sealed record BudgetAlert
{
    /// <summary>The same for one share of one budget in one period, however often it is sent.</summary>
    public required string Id { get; init; }

    /// <summary>Always <c>budget.threshold</c>.</summary>
    public string Type { get; init; } = "budget.threshold";
    public required DateTimeOffset At { get; init; }

    /// <summary>Percent.</summary>
    public required int Share { get; init; }

    /// <summary>Whose budget it is, for people.</summary>
    public required string Owner { get; init; }

    /// <summary><c>key</c>, <c>team</c> or <c>gateway</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>Key id or team; empty for the gateway.</summary>
    public required string Subject { get; init; }
    public DateTimeOffset? PeriodStart { get; init; }
    public required BudgetState Budget { get; init; }

    public static BudgetAlert Of(Budget budget, int share, DateTimeOffset now)
    {
        var limit = budget.Limit;
        var period = budget.PeriodStart is { } start ? start.UtcDateTime.ToString("yyyyMMdd") : "total";
        return new BudgetAlert
        {
            Id = $"{limit.Id}.{period}.{share}",
            At = now,
            Share = share,
            Owner = BudgetRejection.Owner(limit),
            Scope = limit.Scope.Name(),
            Subject = limit.Subject,
            PeriodStart = budget.PeriodStart,
            Budget = BudgetState.Of(budget),
        };
    }
}
