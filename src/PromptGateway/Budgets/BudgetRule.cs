using System.IO.Enumeration;
using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>An entry of <c>Budgets:Rules</c>: each key or team that matches has the budget for itself; the gateway has one.</summary>
internal sealed record BudgetRule
{
    public BudgetScope Scope { get; init; } = BudgetScope.Gateway;

    /// <summary>Name or glob, without regard to case.</summary>
    public string Match { get; init; } = "*";
    public decimal? Usd { get; init; }
    public long? Tokens { get; init; }
    public string Per { get; init; } = "total";
    public string Mode { get; init; } = "hard";
    public IReadOnlyList<string>? Models { get; init; }

    public BudgetSpec Spec =>
        new()
        {
            Usd = Usd,
            Tokens = Tokens,
            Per = Per,
            Mode = Mode,
            Models = Models,
        };

    public bool Matches(string name) =>
        Scope == BudgetScope.Gateway || FileSystemName.MatchesSimpleExpression(Match, name, ignoreCase: true);
}
