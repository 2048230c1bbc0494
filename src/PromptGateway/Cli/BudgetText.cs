using System.Globalization;
using PromptGateway.Keys;

namespace PromptGateway.Cli;

/// <summary>A budget as text: <c>10 usd/month strict</c>, <c>2000000 tokens/day</c>, <c>50 usd/total soft for gpt-4o*</c>.</summary>
internal static class BudgetText
{
    /// <exception cref="FormatException">The text is none; whether the values make sense is for <see cref="BudgetRules"/>.</exception>
    public static BudgetSpec Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length < 2 || words[1].Split('/') is not [var unit, var per])
            throw Unreadable(text);
        var hasMode = words.Length > 2 && words[2] != "for";
        var budget = new BudgetSpec
        {
            Per = per,
            Mode = hasMode ? words[2] : "hard",
            Models = ModelsClause.Parse(words, hasMode ? 3 : 2, () => Unreadable(text)),
        };
        if (unit == "usd" && decimal.TryParse(words[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd))
            return budget with { Usd = usd };
        if (unit is "token" or "tokens" && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var tokens))
            return budget with { Tokens = tokens };
        throw Unreadable(text);
    }

    public static string Write(BudgetSpec budget) =>
        (budget.Usd is { } usd ? string.Create(CultureInfo.InvariantCulture, $"{usd} usd") : $"{budget.Tokens} tokens")
        + $"/{budget.Per} {budget.Mode}{ModelsClause.Write(budget.Models)}";

    private static FormatException Unreadable(string text) =>
        new(
            $"--budget '{text}' cannot be read; write '10 usd/month strict', '2000000 tokens/day' or '50 usd/total soft for gpt-4o*'"
                + " (per day, week, month or total; strict, hard or soft)."
        );
}
