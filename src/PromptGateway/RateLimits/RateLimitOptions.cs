using Microsoft.Extensions.Options;

namespace PromptGateway.RateLimits;

/// <summary>The section <c>RateLimits</c>: a list of rules that all apply together with the limits of the keys.</summary>
internal sealed class RateLimitOptions(IReadOnlyList<RateLimitRule> rules)
{
    public IReadOnlyList<RateLimitRule> Rules => rules;

    public bool Has(LimitScope scope) => rules.Any(rule => rule.Scope == scope);

    public IEnumerable<RateLimit> For(LimitScope scope, string name, string shown) =>
        rules.Where(rule => rule.Scope == scope && (rule.Matches(name) || rule.Matches(shown))).Select(rule => rule.For(shown));

    /// <exception cref="OptionsValidationException">Holds every mistake of the section.</exception>
    public static RateLimitOptions Read(IConfiguration configuration)
    {
        var (rules, errors, seen) = (new List<RateLimitRule>(), new List<string>(), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        foreach (var entry in configuration.GetSection("RateLimits").GetChildren())
            try
            {
                var rule = entry.Get<RateLimitRule>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new RateLimitRule();
                errors.AddRange(rule.Validate().Select(error => $"{entry.Path} {error}."));
                var limit = rule.For(rule.Match);
                if (!seen.Add($"{rule.Scope} {rule.Match} {limit.Kind} {limit.Per}"))
                    errors.Add($"{entry.Path} repeats scope, match, kind and window of an earlier rule.");
                rules.Add(rule);
            }
            catch (InvalidOperationException e)
            {
                errors.Add($"{entry.Path}: {e.InnerException?.Message ?? e.Message}");
            }
        return errors.Count == 0
            ? new RateLimitOptions(rules)
            : throw new OptionsValidationException("RateLimits", typeof(RateLimitOptions), errors);
    }
}
