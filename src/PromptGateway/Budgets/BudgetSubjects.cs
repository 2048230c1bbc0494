using PromptGateway.Counters;
using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>Whose budgets there are, made on first use and kept while there is room. All under the lock of the book.</summary>
/// <param name="options">The rules.</param>
/// <param name="clock">For what is idle.</param>
/// <param name="most">Keys and teams with budgets of their own.</param>
/// <param name="counters">What replicas share; null when there is one gateway alone.</param>
/// <param name="gate">The lock of the book.</param>
/// <param name="changed">Gets each budget that is made, and each whose mode has changed.</param>
internal sealed class BudgetSubjects(
    BudgetOptions options,
    TimeProvider clock,
    int most,
    SharedCounters? counters,
    Lock gate,
    Action<Budget> changed
)
{
    /// <summary>A group is not forgotten while a request may be between finding it here and reserving.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    /// <summary>Looking through all of them takes milliseconds.</summary>
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(10);

    /// <summary>Budgets of callers beyond the bound: together they have one.</summary>
    private const string Others = "(others)";

    /// <summary>Sessions in memory. Beyond that idle ones are forgotten, which the ledger knows; if all are in use, new ones are refused.</summary>
    public const int MostSessions = 20_000;
    private readonly Dictionary<(BudgetScope Scope, string Name), BudgetGroup> _groups = [];
    private DateTimeOffset _sweptAt;

    /// <summary>Keys, teams, sessions.</summary>
    public int Count => _groups.Count;

    public int Sessions { get; private set; }

    /// <summary>Whether the key has budgets, whatever the caller at hand knows of it.</summary>
    public bool HasBudgets(string keyId) =>
        _groups.Count > 0 && _groups.TryGetValue((BudgetScope.Key, keyId), out var group) && group.Budgets.Length > 0;

    /// <param name="caller">Who pays.</param>
    /// <param name="session">Pseudonym of the session; null: no budget counts by it.</param>
    /// <returns>Null when there is no room for another session.</returns>
    public Budget[]? Find(Caller caller, string? session)
    {
        var key = OfKey(caller);
        if (options.Rules.Count == 0 && session is null)
            return key;
        var team = caller.Team is { } name ? Configured(BudgetScope.Team, name) : [];
        Budget[] all = [.. key, .. team, .. Configured(BudgetScope.Gateway, "")];
        if (session is null)
            return all;
        return OfSession(caller, session) is { } own ? [.. all, .. own] : null;
    }

    /// <summary>Without those of team, gateway and sessions.</summary>
    public Budget[] OfKey(Caller caller)
    {
        var group = Group(BudgetScope.Key, caller.Id)!;
        group.Apply(caller.Key?.Version ?? 0, () => Own(caller, perSession: false, BudgetScope.Key, caller.Id));
        group.ApplyRules(options, caller.Name);
        return group.Budgets;
    }

    /// <summary>All budgets in use, as the rules are now.</summary>
    public IEnumerable<Budget> Present()
    {
        ApplyRules();
        return _groups.Values.SelectMany(group => group.Budgets);
    }

    /// <summary>As they are now, to whoever has been seen.</summary>
    public void ApplyRules()
    {
        foreach (var (_, group) in _groups)
            group.ApplyRules(options, shown: null);
    }

    private Budget[]? OfSession(Caller caller, string session)
    {
        if (Group(BudgetScope.Session, session) is not { } group)
            return null;
        group.Apply(caller.Key?.Version ?? 0, () => Own(caller, perSession: true, BudgetScope.Session, session));
        group.ApplyRules(options, caller.Name, caller);
        return group.Budgets;
    }

    private Budget[] Configured(BudgetScope scope, string name)
    {
        var group = Group(scope, name)!;
        group.ApplyRules(options, name);
        return group.Budgets;
    }

    private static IEnumerable<BudgetLimit> Own(Caller caller, bool perSession, BudgetScope scope, string subject) =>
        (caller.Key?.Budgets ?? [])
            .Where(spec => spec.IsPerSession == perSession)
            .Select(spec => new BudgetLimit(scope, subject, caller.Name, spec) { Version = caller.Key!.Version });

    /// <summary>
    /// Callers can be many (pass-through keys), and so can sessions: when there are too many, groups that nothing is held of are forgotten,
    /// since the ledger knows what they spent.
    /// </summary>
    private BudgetGroup? Group(BudgetScope scope, string name)
    {
        var now = clock.GetUtcNow();
        if (!_groups.TryGetValue((scope, name), out var group))
        {
            var hasRoom = HasRoom(scope, now);
            if (!hasRoom && scope == BudgetScope.Session)
                return null;
            var subject = hasRoom ? name : Others;
            if (!_groups.TryGetValue((scope, subject), out group))
            {
                _groups[(scope, subject)] = group = new BudgetGroup(scope, subject, counters is null ? null : Lease, changed);
                Sessions += scope == BudgetScope.Session ? 1 : 0;
            }
        }
        group.LastUsed = now;
        return group;
    }

    private LeasedCounter Lease(BudgetLimit limit) => counters!.Find(limit.Id, CounterKind.Ledger, gate);

    private bool HasRoom(BudgetScope scope, DateTimeOffset now)
    {
        if (IsRoomFor(scope))
            return true;
        if (now - _sweptAt < SweepPause)
            return false;
        _sweptAt = now;
        foreach (var (subject, group) in _groups.ToArray())
            if (now - group.LastUsed > Idle && Array.TrueForAll(group.Budgets, budget => budget.IsIdle))
                Forget(subject, group);
        return IsRoomFor(scope);
    }

    private bool IsRoomFor(BudgetScope scope) => scope == BudgetScope.Session ? Sessions < MostSessions : _groups.Count - Sessions < most;

    private void Forget((BudgetScope Scope, string Name) subject, BudgetGroup group)
    {
        _groups.Remove(subject);
        Sessions -= subject.Scope == BudgetScope.Session ? 1 : 0;
        foreach (var budget in group.Budgets)
            if (budget.Lease is { } lease)
                counters!.Forget(lease);
    }
}
