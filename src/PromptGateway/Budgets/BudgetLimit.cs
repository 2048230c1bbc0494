using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>A budget as it is declared, for one subject.</summary>
/// <param name="Scope">Whose it is.</param>
/// <param name="Subject">Key id or team, as the ledger has it; empty for the gateway.</param>
/// <param name="Shown">Name for people.</param>
/// <param name="Spec">Amount, period, mode, models.</param>
internal sealed record BudgetLimit(BudgetScope Scope, string Subject, string Shown, BudgetSpec Spec)
{
    public bool IsMoney => Spec.Usd is not null;

    /// <summary>Nano-dollars, or tokens.</summary>
    public long Amount { get; } = Spec.Usd is { } usd ? (long)(usd * 1_000_000_000m) : Spec.Tokens ?? 0;

    /// <summary>True when only amount and mode may differ: the same spend counts for both.</summary>
    public bool CountsSameAs(BudgetLimit other) =>
        IsMoney == other.IsMoney
        && Spec.Per == other.Spec.Per
        && (Spec.Models ?? []).SequenceEqual(other.Spec.Models ?? [], StringComparer.OrdinalIgnoreCase);
}
