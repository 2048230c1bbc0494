using System.Globalization;
using Microsoft.Extensions.Options;
using PromptGateway.Keys;
using PromptGateway.Routing;

namespace PromptGateway.Budgets;

/// <summary>The section <c>Budgets</c>.</summary>
internal sealed class BudgetOptions
{
    public IReadOnlyList<BudgetRule> Rules { get; init; } = [];

    /// <summary>
    /// <c>Budgets:UnknownPrice</c>: what a model without a known price costs under a money budget. Null (<c>deny</c>, the default): it is
    /// refused. A number is US dollars per million tokens, prompt and output alike, and is what the ledger books too.
    /// </summary>
    public ModelPrice? UnknownPrice { get; init; }

    public IEnumerable<BudgetLimit> For(BudgetScope scope, string subject, string shown) =>
        Rules
            .Where(rule => rule.Scope == scope && (rule.Matches(subject) || rule.Matches(shown)))
            .Select(rule => new BudgetLimit(scope, subject, shown, rule.Spec));

    /// <exception cref="OptionsValidationException">Holds every mistake of the section.</exception>
    public static BudgetOptions Read(IConfiguration configuration)
    {
        var (rules, errors) = (new List<BudgetRule>(), new List<string>());
        foreach (var entry in configuration.GetSection("Budgets:Rules").GetChildren())
            try
            {
                var rule = entry.Get<BudgetRule>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new BudgetRule();
                var faults = new KeyErrors();
                BudgetRules.Check([rule.Spec], faults);
                errors.AddRange(faults.Lines().Select(fault => $"{entry.Path}: {fault}."));
                rules.Add(rule);
            }
            catch (InvalidOperationException e)
            {
                errors.Add($"{entry.Path}: {e.InnerException?.Message ?? e.Message}");
            }
        var price = Price(configuration["Budgets:UnknownPrice"], errors);
        return errors.Count == 0
            ? new BudgetOptions { Rules = rules, UnknownPrice = price }
            : throw new OptionsValidationException("Budgets", typeof(BudgetOptions), errors);
    }

    private static ModelPrice? Price(string? text, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Equals("deny", StringComparison.OrdinalIgnoreCase))
            return null;
        if (decimal.TryParse(text, CultureInfo.InvariantCulture, out var usd) && usd is > 0 and <= 1_000_000)
            return new ModelPrice { Input = (long)(usd * 1_000_000), Output = (long)(usd * 1_000_000) };
        errors.Add("Budgets:UnknownPrice must be 'deny' or US dollars per million tokens, such as 15.");
        return null;
    }
}
