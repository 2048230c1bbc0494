using System.Text.Json.Serialization;
using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>Whose budget it is.</summary>
[JsonConverter(typeof(LowerCaseEnum<BudgetScope>))]
internal enum BudgetScope
{
    Key,
    Team,
    Gateway,

    /// <summary>One conversation of one key; made by budgets of the other scopes that are declared per session.</summary>
    Session,
}
