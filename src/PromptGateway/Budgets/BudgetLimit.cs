using System.Security.Cryptography;
using System.Text;
using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>A budget as it is declared, for one subject.</summary>
/// <param name="Scope">Whose it is.</param>
/// <param name="Subject">Key id or team, as the ledger has it; empty for the gateway.</param>
/// <param name="Shown">Name for people.</param>
/// <param name="Spec">Amount, period, mode, models.</param>
internal sealed record BudgetLimit(BudgetScope Scope, string Subject, string Shown, BudgetSpec Spec)
{
    private string? _id;

    /// <summary>Which rule it comes from; empty: the key's own.</summary>
    public string Rule { get; init; } = "";

    /// <summary>Of the key that declares it; 0 for rules. Replicas that know a newer one win.</summary>
    public long Version { get; init; }

    public bool IsMoney => Spec.Usd is not null;

    /// <summary>Nano-dollars, or tokens; without raises.</summary>
    public long Amount { get; } = Spec.Usd is { } usd ? (long)(usd * 1_000_000_000m) : Spec.Tokens ?? 0;

    /// <summary>The same after a restart and on every replica, and when only the amount changes.</summary>
    public string Id => _id ??= IdOf(this);

    /// <summary>True when only amount and mode may differ: the same spend counts for both.</summary>
    public bool CountsSameAs(BudgetLimit other) =>
        IsMoney == other.IsMoney
        && Spec.Per == other.Spec.Per
        && (Spec.Models ?? []).SequenceEqual(other.Spec.Models ?? [], StringComparer.OrdinalIgnoreCase);

    private static string IdOf(BudgetLimit limit)
    {
        var models = (limit.Spec.Models ?? []).Select(model => model.ToLowerInvariant()).Order(StringComparer.Ordinal);
        string[] parts =
        [
            limit.Scope.Name(),
            limit.Subject,
            limit.Rule,
            limit.IsMoney ? "usd" : "tokens",
            limit.Spec.Per,
            limit.Spec.Mode,
            .. models,
        ];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
        return "budget_" + Convert.ToHexStringLower(hash.AsSpan(0, 8));
    }
}
