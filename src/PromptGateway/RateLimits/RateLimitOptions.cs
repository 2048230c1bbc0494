using Microsoft.Extensions.Options;

namespace PromptGateway.RateLimits;

/// <summary>
/// The rules in force: those of the section <c>RateLimits</c> and those made by the admin API, which all apply together with the
/// limits of the keys. Both may change at any time; what was counted goes on counting for every limit that stays.
/// </summary>
internal sealed class RateLimitOptions(IReadOnlyList<RateLimitRule> configured)
{
    private readonly Lock _gate = new();
    private IReadOnlyList<RateLimitRule> _configured = configured;
    private IReadOnlyList<RateLimitRule> _stored = [];
    private volatile RuleSet _now = new(configured, 0);

    public IReadOnlyList<RateLimitRule> Rules => _now.Rules;

    /// <summary>Grows with each change.</summary>
    public long Version => _now.Version;

    public bool Has(LimitScope scope) => _now.Scopes[(int)scope];

    public IEnumerable<RateLimit> For(LimitScope scope, string name, string shown) =>
        _now.Rules.Where(rule => rule.Scope == scope && (rule.Matches(name) || rule.Matches(shown))).Select(rule => rule.For(shown));

    /// <summary>Takes over a changed configuration.</summary>
    public void Configure(IReadOnlyList<RateLimitRule> rules)
    {
        lock (_gate)
        {
            _configured = rules;
            _now = new RuleSet([.. _configured, .. _stored], _now.Version + 1);
        }
    }

    /// <summary>Takes over the rules made by the admin API, by id.</summary>
    public void Store(IReadOnlyDictionary<string, RateLimitRule> rules)
    {
        IReadOnlyList<RateLimitRule> stored =
        [
            .. rules.OrderBy(rule => rule.Key, StringComparer.Ordinal).Select(rule => rule.Value with { Id = rule.Key }),
        ];
        lock (_gate)
        {
            if (_stored.SequenceEqual(stored))
                return;
            _stored = stored;
            _now = new RuleSet([.. _configured, .. _stored], _now.Version + 1);
        }
    }

    /// <exception cref="OptionsValidationException">Holds every mistake of the section.</exception>
    public static RateLimitOptions Read(IConfiguration configuration) => new(ReadRules(configuration));

    /// <exception cref="OptionsValidationException">Holds every mistake of the section.</exception>
    public static IReadOnlyList<RateLimitRule> ReadRules(IConfiguration configuration)
    {
        var (rules, errors, seen) = (new List<RateLimitRule>(), new List<string>(), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        foreach (var entry in configuration.GetSection("RateLimits").GetChildren())
            try
            {
                var rule = entry.Get<RateLimitRule>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new RateLimitRule();
                errors.AddRange(rule.Validate().Select(error => $"{entry.Path} {error}."));
                if (!seen.Add(rule.Signature))
                    errors.Add($"{entry.Path} repeats scope, match, kind, window, models and upstreams of an earlier rule.");
                rules.Add(rule);
            }
            catch (InvalidOperationException e)
            {
                errors.Add($"{entry.Path}: {e.InnerException?.Message ?? e.Message}");
            }
        return errors.Count == 0 ? rules : throw new OptionsValidationException("RateLimits", typeof(RateLimitOptions), errors);
    }

    private sealed class RuleSet(IReadOnlyList<RateLimitRule> rules, long version)
    {
        public IReadOnlyList<RateLimitRule> Rules => rules;
        public long Version => version;

        /// <summary>By <see cref="LimitScope"/>: whether there is a rule for it.</summary>
        public bool[] Scopes { get; } = [.. Enum.GetValues<LimitScope>().Select(scope => rules.Any(rule => rule.Scope == scope))];
    }
}
