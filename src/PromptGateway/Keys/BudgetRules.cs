namespace PromptGateway.Keys;

/// <summary>What the budgets of a key may look like.</summary>
internal static class BudgetRules
{
    private const int MaxBudgets = 50;
    private const decimal MaxUsd = 1_000_000_000;
    private const long MaxTokens = 1_000_000_000_000_000;
    private static readonly string[] Periods = ["total", "day", "week", "month", "session"];
    private static readonly string[] Modes = ["strict", "hard", "soft"];

    public static void Check(IReadOnlyList<BudgetSpec> budgets, KeyErrors errors)
    {
        errors.Require(budgets.Count <= MaxBudgets, "budgets", $"has {budgets.Count} entries; at most {MaxBudgets} are allowed");
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < budgets.Count; i++)
            if (budgets[i] is null)
                errors.Add($"budgets[{i}]", "must not be null");
            else
                Check($"budgets[{i}]", budgets[i], seen, errors);
    }

    private static void Check(string field, BudgetSpec budget, HashSet<string> seen, KeyErrors errors)
    {
        errors.Require(budget.Usd is null != budget.Tokens is null, field, "must have exactly one of usd and tokens");
        errors.Require(
            budget.Usd is null or (> 0 and <= MaxUsd) && decimal.Round(budget.Usd ?? 0, 9) == (budget.Usd ?? 0),
            $"{field}.usd",
            $"must be more than 0 and at most {MaxUsd} dollars, with no more than 9 decimals"
        );
        errors.Require(budget.Tokens is null or (> 0 and <= MaxTokens), $"{field}.tokens", $"must be from 1 to {MaxTokens}");
        errors.Require(Periods.Contains(budget.Per), $"{field}.per", $"must be one of {string.Join(", ", Periods)}");
        errors.Require(Modes.Contains(budget.Mode), $"{field}.mode", $"must be one of {string.Join(", ", Modes)}");
        KeyRules.Models($"{field}.models", budget.Models ?? [], errors);
        errors.Require(
            budget.AlertAt is null || (budget.AlertAt.Count is > 0 and <= 10 && budget.AlertAt.All(share => share is > 0 and <= 1000)),
            $"{field}.alert_at",
            "must have 1 to 10 shares in percent, each from 1 to 1000"
        );
        errors.Require(
            !budget.StopStreams || budget.Mode != "soft",
            $"{field}.stop_streams",
            "needs the mode hard or strict: a soft budget only warns"
        );
        errors.Require(
            budget.OnStoreFailure is null or "fail_closed" or "fail_open",
            $"{field}.on_store_failure",
            "must be fail_closed or fail_open"
        );
        errors.Require(seen.Add(Signature(budget)), field, "repeats the kind, period, mode and models of another budget");
    }

    private static string Signature(BudgetSpec budget) =>
        $"{(budget.Usd is not null ? "usd" : "tokens")} {budget.Per} {budget.Mode} "
        + string.Join(' ', (budget.Models ?? []).Order(StringComparer.OrdinalIgnoreCase));
}
