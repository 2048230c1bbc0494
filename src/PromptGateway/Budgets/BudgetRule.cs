using System.IO.Enumeration;
using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>An entry of <c>Budgets:Rules</c>: each key or team that matches has the budget for itself; the gateway has one.</summary>
internal sealed record BudgetRule
{
    /// <summary>Whose budget it is.</summary>
    public BudgetScope Scope { get; init; } = BudgetScope.Gateway;

    /// <summary>Name or glob, without regard to case.</summary>
    public string Match { get; init; } = "*";

    /// <summary>US dollars.</summary>
    public decimal? Usd { get; init; }

    /// <summary>Tokens, of prompt and answer together.</summary>
    public long? Tokens { get; init; }

    /// <summary><c>total</c>, <c>day</c>, <c>week</c> or <c>month</c>.</summary>
    public string Per { get; init; } = "total";

    /// <summary><c>strict</c> (reserves the worst case), <c>hard</c> or <c>soft</c> (only warns).</summary>
    public string Mode { get; init; } = "hard";

    /// <summary>Only requests for these models (globs) count; absent: all.</summary>
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
