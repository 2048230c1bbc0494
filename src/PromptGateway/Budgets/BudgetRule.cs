using System.IO.Enumeration;
using System.Text.Json.Serialization;
using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>
/// An entry of <c>Budgets:Rules</c>, or a rule of <c>/admin/budgets/rules</c>: each key or team that matches has the budget for itself;
/// the gateway has one.
/// </summary>
internal sealed record BudgetRule
{
    /// <summary>Of a rule made by the admin API; null in configuration.</summary>
    [JsonIgnore]
    public string? Id { get; internal init; }

    /// <summary>Whose budget it is.</summary>
    public BudgetScope Scope { get; init; } = BudgetScope.Gateway;

    /// <summary>Name or glob, without regard to case.</summary>
    public string Match { get; init; } = "*";

    /// <summary>US dollars.</summary>
    public decimal? Usd { get; init; }

    /// <summary>Tokens, of prompt and answer together.</summary>
    public long? Tokens { get; init; }

    /// <summary><c>total</c>, <c>day</c>, <c>week</c>, <c>month</c>, or <c>session</c>: each conversation of a key has one of its own.</summary>
    public string Per { get; init; } = "total";

    /// <summary><c>strict</c> (reserves the worst case), <c>hard</c> or <c>soft</c> (only warns).</summary>
    public string Mode { get; init; } = "hard";

    /// <summary>Only requests for these models (globs) count; absent: all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Shares in percent at which somebody is told; absent: 80 and 100.</summary>
    public IReadOnlyList<int>? AlertAt { get; init; }

    /// <summary><c>fail_closed</c> (the default) or <c>fail_open</c>: what happens while the database of the replicas does not answer.</summary>
    public string? OnStoreFailure { get; init; }

    /// <summary>A stream that has used the budget up is ended there.</summary>
    public bool StopStreams { get; init; }

    [JsonIgnore]
    public BudgetSpec Spec =>
        new()
        {
            Usd = Usd,
            Tokens = Tokens,
            Per = Per,
            Mode = Mode,
            Models = Models,
            AlertAt = AlertAt,
            OnStoreFailure = OnStoreFailure,
            StopStreams = StopStreams,
        };

    public bool Matches(string name) =>
        Scope == BudgetScope.Gateway || FileSystemName.MatchesSimpleExpression(Match, name, ignoreCase: true);

    /// <summary>What is wrong with it, by field.</summary>
    public KeyErrors Faults()
    {
        var faults = new KeyErrors();
        BudgetRules.Check([Spec], faults);
        faults.Require(
            Scope != BudgetScope.Session,
            "scope",
            "must be key, team or gateway; a budget of each session is one of these with per: session"
        );
        faults.Require(Match is { Length: > 0 and <= 200 }, "match", "must be a name or glob of 1 to 200 characters");
        return faults;
    }
}
