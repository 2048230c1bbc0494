using System.Globalization;
using Microsoft.Extensions.Options;
using PromptGateway.Keys;
using PromptGateway.Routing;

namespace PromptGateway.Budgets;

/// <summary>
/// What is in force: the section <c>Budgets</c>, the rules made by the admin API, and raises. All may change at any time; what was
/// spent goes on counting for every budget that stays.
/// </summary>
internal sealed class BudgetOptions
{
    private readonly Lock _gate = new();
    private IReadOnlyList<BudgetRule> _configured = [];
    private IReadOnlyList<BudgetRule> _stored = [];
    private volatile IReadOnlyList<BudgetRule> _rules = [];
    private volatile ILookup<string, BudgetRaise> _raises = Array.Empty<BudgetRaise>().ToLookup(raise => raise.Budget);
    private volatile ModelPrice? _unknownPrice;
    private volatile WebhookOptions? _webhook;
    private long _version;

    /// <summary>Rules or raises are others now.</summary>
    public event Action? Changed;

    public IReadOnlyList<BudgetRule> Rules
    {
        get => _rules;
        init => _rules = _configured = value;
    }

    /// <summary>Grows with each change.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>
    /// <c>Budgets:UnknownPrice</c>: what a model without a known price costs under a money budget. Null (<c>deny</c>, the default): it is
    /// refused. A number is US dollars per million tokens, prompt and output alike, and is what the ledger books too.
    /// </summary>
    public ModelPrice? UnknownPrice
    {
        get => _unknownPrice;
        init => _unknownPrice = value;
    }

    /// <summary>Null: nobody is told.</summary>
    public WebhookOptions? Webhook
    {
        get => _webhook;
        init => _webhook = value;
    }

    public IEnumerable<BudgetLimit> For(BudgetScope scope, string subject, string shown) =>
        Rules
            .Where(rule => rule.Scope == scope && !rule.Spec.IsPerSession && (rule.Matches(subject) || rule.Matches(shown)))
            .Select(rule => new BudgetLimit(scope, subject, shown, rule.Spec) { Rule = rule.Id ?? rule.Match });

    /// <summary>What rules give to each session of the caller.</summary>
    public IEnumerable<BudgetLimit> ForSession(Caller caller, string session) =>
        Rules
            .Where(rule => rule.Spec.IsPerSession && IsOf(rule, caller))
            .Select(rule => new BudgetLimit(BudgetScope.Session, session, caller.Name, rule.Spec)
            {
                Rule = $"{rule.Scope.Name()} {rule.Id ?? rule.Match}",
            });

    /// <summary>Whether some budget of the caller counts by session, so that its requests must name one.</summary>
    public bool AsksForSession(Caller caller)
    {
        foreach (var spec in caller.Key?.Budgets ?? [])
            if (spec.IsPerSession)
                return true;
        foreach (var rule in Rules)
            if (rule.Per == "session" && IsOf(rule, caller))
                return true;
        return false;
    }

    private static bool IsOf(BudgetRule rule, Caller caller) =>
        rule.Scope switch
        {
            BudgetScope.Key => rule.Matches(caller.Id) || rule.Matches(caller.Name),
            BudgetScope.Team => caller.Team is { } team && rule.Matches(team),
            _ => true,
        };

    public IEnumerable<BudgetRaise> RaisesOf(string budget) => _raises[budget];

    /// <summary>Takes over a changed configuration.</summary>
    public void Configure(BudgetOptions changed)
    {
        lock (_gate)
        {
            (_configured, _unknownPrice, _webhook) = (changed.Rules, changed.UnknownPrice, changed.Webhook);
            Change();
        }
        Changed?.Invoke();
    }

    /// <summary>Takes over the rules made by the admin API, by id.</summary>
    public void Store(IReadOnlyDictionary<string, BudgetRule> rules)
    {
        lock (_gate)
        {
            _stored = [.. rules.OrderBy(rule => rule.Key, StringComparer.Ordinal).Select(rule => rule.Value with { Id = rule.Key })];
            Change();
        }
        Changed?.Invoke();
    }

    /// <summary>Takes over all raises, by id.</summary>
    public void Store(IReadOnlyDictionary<string, BudgetRaise> raises)
    {
        lock (_gate)
        {
            _raises = raises.Values.ToLookup(raise => raise.Budget, StringComparer.Ordinal);
            Change();
        }
        Changed?.Invoke();
    }

    /// <exception cref="OptionsValidationException">Holds every mistake of the section.</exception>
    public static BudgetOptions Read(IConfiguration configuration)
    {
        var (rules, errors) = (new List<BudgetRule>(), new List<string>());
        foreach (var entry in configuration.GetSection("Budgets:Rules").GetChildren())
            try
            {
                var rule = entry.Get<BudgetRule>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new BudgetRule();
                errors.AddRange(rule.Faults().Lines().Select(fault => $"{entry.Path}: {fault}."));
                rules.Add(rule);
            }
            catch (InvalidOperationException e)
            {
                errors.Add($"{entry.Path}: {e.InnerException?.Message ?? e.Message}");
            }
        var price = Price(configuration["Budgets:UnknownPrice"], errors);
        var webhook = ReadWebhook(configuration, errors);
        return errors.Count == 0
            ? new BudgetOptions
            {
                Rules = rules,
                UnknownPrice = price,
                Webhook = webhook,
            }
            : throw new OptionsValidationException("Budgets", typeof(BudgetOptions), errors);
    }

    private void Change()
    {
        _rules = [.. _configured, .. _stored];
        Interlocked.Increment(ref _version);
    }

    private static WebhookOptions? ReadWebhook(IConfiguration configuration, List<string> errors)
    {
        try
        {
            var webhook = configuration.GetSection("Budgets:Webhook").Get<WebhookOptions>();
            errors.AddRange(webhook?.Validate() ?? []);
            return webhook;
        }
        catch (InvalidOperationException e)
        {
            errors.Add($"Budgets:Webhook: {e.InnerException?.Message ?? e.Message}");
            return null;
        }
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
