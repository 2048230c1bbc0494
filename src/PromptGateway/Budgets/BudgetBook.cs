using PromptGateway.Keys;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>
/// All budgets in use. One lock over all of them makes nested budgets charge together or not at all; it is held for well under a
/// microsecond. What was spent before a budget was first asked for is read from the ledger, once.
/// </summary>
internal sealed class BudgetBook(BudgetOptions options, IBudgetStore store, UsageWriter ledger, BudgetAlerts alerts) : IDisposable
{
    private const int AuditAttempts = 5;
    private static readonly TimeSpan AuditPause = TimeSpan.FromMilliseconds(50);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly Dictionary<(BudgetScope Scope, string Name), BudgetGroup> _groups = [];

    /// <summary>False for most keys: nothing has to be done for their requests.</summary>
    public bool Concerns(Caller caller) => options.Rules.Count > 0 || caller.Key is { Budgets.Count: > 0 };

    /// <summary>The budgets of a caller, ready to be reserved from.</summary>
    public async ValueTask<Budget[]> ForAsync(Caller caller, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var budgets = Find(caller);
        if (!Array.TrueForAll(budgets, budget => budget.IsLoaded))
            await LoadAsync(budgets, at, cancellationToken);
        return budgets;
    }

    /// <summary>All or nothing. Null, with the budget that is in the way, when one has no room.</summary>
    public Reservation? TryReserve(Budget[] budgets, in BudgetRequest request, out Budget? exhausted)
    {
        exhausted = null;
        lock (_gate)
        {
            var parts = new List<ReservedPart>(budgets.Length);
            foreach (var budget in budgets)
            {
                if (!budget.AppliesTo(request.Requested, request.Upstream))
                    continue;
                budget.Roll(request.At);
                var cost = request.CostFor(budget);
                if (!budget.Fits(cost))
                {
                    exhausted = budget;
                    return null;
                }
                parts.Add(new ReservedPart(budget, BudgetPeriod.Start(budget.Limit.Spec.Per, request.At), cost));
            }
            // One that arrived before the present period began belongs to the last one, as its ledger row does.
            ReservedPart[] held = [.. parts.Where(part => part.Period == part.Budget.PeriodStart)];
            foreach (var part in held)
                part.Budget.Reserve(part.Amount);
            return new Reservation(this, held);
        }
    }

    public void Settle(ReservedPart[] parts, BudgetCost used)
    {
        lock (_gate)
            foreach (var (budget, period, amount) in parts)
            {
                budget.Settle(period, amount, used.Of(budget));
                if (budget.NewThreshold() is { } share)
                    alerts.Reached(budget, share);
            }
    }

    /// <summary>For people: the state of the budgets of one key alone, without team and gateway.</summary>
    public async Task<IReadOnlyList<BudgetState>> ReadAsync(ApiKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(key);
        await ForAsync(caller, now, cancellationToken);
        lock (_gate)
        {
            var own = Group(BudgetScope.Key, caller.Id).Budgets;
            foreach (var budget in own)
                budget.Roll(now);
            return [.. own.Select(BudgetState.Of)];
        }
    }

    /// <summary>All budgets that were loaded, beside the ledger. One that changes meanwhile is looked at again.</summary>
    public async Task<IReadOnlyList<BudgetAudit>> AuditAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        Budget[] loaded;
        lock (_gate)
            loaded = [.. _groups.Values.SelectMany(group => group.Budgets).Where(budget => budget.IsLoaded)];
        var audits = new List<BudgetAudit>(loaded.Length);
        foreach (var budget in loaded)
            audits.Add(await AuditAsync(budget, now, cancellationToken));
        return audits;
    }

    private async Task<BudgetAudit> AuditAsync(Budget budget, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await ledger.FlushAsync(cancellationToken);
            var from = BudgetPeriod.Start(budget.Limit.Spec.Per, now);
            var booked = await SumAsync(budget, from, cancellationToken);
            lock (_gate)
            {
                budget.Roll(now);
                if (budget.Spent == booked || attempt == AuditAttempts)
                    return new BudgetAudit(
                        BudgetRejection.Owner(budget.Limit),
                        BudgetState.Of(budget),
                        booked / (budget.Limit.IsMoney ? 1_000_000_000m : 1m),
                        budget.Spent == booked
                    );
            }
            // A request that has just been settled writes its row a moment later.
            await Task.Delay(AuditPause, cancellationToken);
        }
    }

    private async Task<long> SumAsync(Budget budget, DateTimeOffset? from, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(budget.Limit.Scope, budget.Limit.Subject, from, cancellationToken);
        return rows.Where(row => budget.AppliesTo(row.RequestedModel, row.UpstreamModel))
            .Sum(row => budget.Limit.IsMoney ? row.NanoUsd : row.Tokens);
    }

    public void Dispose() => _loading.Dispose();

    private Budget[] Find(Caller caller)
    {
        lock (_gate)
        {
            var key = Group(BudgetScope.Key, caller.Id);
            if (key.Version < (caller.Key?.Version ?? 0))
                key.Apply(
                    caller.Key?.Version ?? 0,
                    (caller.Key?.Budgets ?? [])
                        .Select(spec => new BudgetLimit(BudgetScope.Key, caller.Id, caller.Name, spec))
                        .Concat(options.For(BudgetScope.Key, caller.Id, caller.Name))
                );
            if (options.Rules.Count == 0)
                return key.Budgets;
            var team = caller.Team is { } name ? Configured(BudgetScope.Team, name) : [];
            return [.. key.Budgets, .. team, .. Configured(BudgetScope.Gateway, "")];
        }
    }

    private Budget[] Configured(BudgetScope scope, string name)
    {
        var group = Group(scope, name);
        if (group.Version < 0)
            group.Apply(0, options.For(scope, name, name));
        return group.Budgets;
    }

    private BudgetGroup Group(BudgetScope scope, string name)
    {
        if (_groups.TryGetValue((scope, name), out var group))
            return group;
        return _groups[(scope, name)] = new BudgetGroup();
    }

    private async Task LoadAsync(Budget[] budgets, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            // A budget made while the gateway runs: rows of requests that are over may not be written yet.
            await ledger.FlushAsync(cancellationToken);
            foreach (var budget in budgets.Where(budget => !budget.IsLoaded))
            {
                var from = BudgetPeriod.Start(budget.Limit.Spec.Per, at);
                var spent = await SumAsync(budget, from, cancellationToken);
                lock (_gate)
                {
                    budget.Roll(at);
                    budget.Load(from, spent);
                }
            }
        }
        finally
        {
            _loading.Release();
        }
    }
}
