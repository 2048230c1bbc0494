using System.Text.Json.Serialization;
using PromptGateway.Budgets;

namespace PromptGateway.Admin;

/// <summary>A rule of budgets as the admin API shows it.</summary>
internal sealed record BudgetRuleView
{
    /// <summary>Null for a rule of the configuration.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary><c>store</c> or <c>configuration</c>.</summary>
    public required string Source { get; init; }
    public required BudgetRule Rule { get; init; }

    public static BudgetRuleView Of(BudgetRule rule) =>
        new()
        {
            Id = rule.Id,
            Source = rule.Id is null ? "configuration" : "store",
            Rule = rule,
        };
}
