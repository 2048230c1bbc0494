using PromptGateway.Counters;
using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>The budgets of one key, team, session, or the gateway. Under the lock of the book.</summary>
/// <param name="scope">Whose they are.</param>
/// <param name="subject">Key id, team or pseudonym of a session.</param>
/// <param name="lease">Gives the counter that replicas share for a budget; null when there is one gateway alone.</param>
/// <param name="changed">Gets each budget that is made, and each whose mode has changed.</param>
internal sealed class BudgetGroup(BudgetScope scope, string subject, Func<BudgetLimit, LeasedCounter>? lease, Action<Budget> changed)
{
    private long _ownVersion = -1;
    private long _rulesVersion = -1;
    private BudgetLimit[] _own = [];
    private BudgetLimit[] _rules = [];
    private Caller? _caller;

    public Budget[] Budgets { get; private set; } = [];

    /// <summary>Of the last request.</summary>
    public DateTimeOffset LastUsed { get; set; }

    /// <summary>Takes over the key's own budgets; the spend of one that stays goes on.</summary>
    public void Apply(long version, Func<IEnumerable<BudgetLimit>> limits)
    {
        if (version <= _ownVersion)
            return;
        (_ownVersion, _own) = (version, [.. limits()]);
        // The rules are compared again: their raises may concern what is new.
        _rulesVersion = -1;
    }

    /// <summary>Takes over what rules and raises say. To be called after <see cref="Apply"/>.</summary>
    /// <param name="options">What is in force.</param>
    /// <param name="shown">Present name of the subject; null: as before.</param>
    /// <param name="caller">Of a session: whose it is; null: as before.</param>
    public void ApplyRules(BudgetOptions options, string? shown, Caller? caller = null)
    {
        var version = options.Version;
        _caller = caller ?? _caller;
        if (version <= _rulesVersion)
            return;
        _rules =
            scope == BudgetScope.Session
                ? [.. options.ForSession(_caller!, subject)]
                : [.. options.For(scope, subject, shown ?? (Budgets.Length > 0 ? Budgets[0].Limit.Shown : subject))];
        _rulesVersion = version;
        var old = Budgets.ToList();
        var fresh = new List<Budget>();
        Budgets = [.. _own.Concat(_rules).Select(limit => Change(old, limit, fresh))];
        foreach (var budget in Budgets)
            budget.Raise([.. options.RaisesOf(budget.Limit.Id)]);
        fresh.ForEach(changed);
    }

    private Budget Change(List<Budget> old, BudgetLimit limit, List<Budget> fresh)
    {
        if (Take(old, limit) is { } found)
        {
            if (found.Limit.Spec.Mode != limit.Spec.Mode)
                fresh.Add(found);
            return found.With(limit);
        }
        var made = new Budget(limit, lease?.Invoke(limit));
        fresh.Add(made);
        return made;
    }

    /// <summary>Each old budget goes on as one new one only; the same one comes first.</summary>
    private Budget? Take(List<Budget> old, BudgetLimit limit)
    {
        var found = old.Find(budget => budget.Limit.Id == limit.Id);
        // Replicas know a budget by its id, and a new one finds its spend in the ledger.
        if (lease is null)
            found ??= old.Find(budget => budget.Limit.CountsSameAs(limit));
        if (found is not null)
            old.Remove(found);
        return found;
    }
}
