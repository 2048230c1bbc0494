using PromptGateway.Counters;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>
/// All budgets in use. One lock over all of them makes nested budgets charge together or not at all; it is held for well under a
/// microsecond. What was spent before a budget was first asked for is read from the ledger, once. With replicas, budgets are leased from
/// counters that they share.
/// </summary>
internal sealed class BudgetBook(
    BudgetOptions options,
    IBudgetStore store,
    UsageWriter ledger,
    BudgetAlerts alerts,
    TimeProvider? clock = null,
    int most = 50_000,
    SharedCounters? counters = null
) : IDisposable
{
    /// <summary>A group is not forgotten while a request may be between finding it here and reserving.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    /// <summary>Looking through all of them takes milliseconds.</summary>
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(10);

    /// <summary>Budgets of callers beyond the bound: together they have one.</summary>
    private const string Others = "(others)";
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private DateTimeOffset _sweptAt;
    private const int AuditAttempts = 5;
    private static readonly TimeSpan AuditPause = TimeSpan.FromMilliseconds(50);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly Dictionary<(BudgetScope Scope, string Name), BudgetGroup> _groups = [];

    /// <summary>Replicas share the budgets: the ledger must tell when a request is booked.</summary>
    public bool IsShared => counters is not null;

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

    /// <summary>
    /// All or nothing. Asks the other replicas, for a bounded time, where the part that this one holds does not suffice.
    /// </summary>
    public ValueTask<ReserveResult> ReserveAsync(Budget[] budgets, BudgetRequest request, CancellationToken cancellationToken)
    {
        var reservation = TryReserve(budgets, request, out var exhausted);
        return reservation is not null || counters is null || request.CostFor(exhausted!) > exhausted!.Amount
            ? new(new ReserveResult(reservation, exhausted, IsOffline: false))
            : RefillAsync(counters, budgets, request, cancellationToken);
    }

    /// <summary>All or nothing. Null, with the budget that is in the way, when one has no room.</summary>
    public Reservation? TryReserve(Budget[] budgets, in BudgetRequest request, out Budget? exhausted, bool offline = false)
    {
        lock (_gate)
            return Reserve(budgets, request, offline, out exhausted) is { } held ? new Reservation(this, held) : null;
    }

    private async ValueTask<ReserveResult> RefillAsync(
        SharedCounters shared,
        Budget[] budgets,
        BudgetRequest request,
        CancellationToken cancellationToken
    )
    {
        var deadline = shared.Deadline();
        while (true)
        {
            var outcome = await shared.RefillAsync(Shortages(budgets, request), deadline, cancellationToken);
            var offline = outcome == RefillOutcome.Unavailable;
            if (TryReserve(budgets, request, out var exhausted, offline) is { } reservation)
                return new ReserveResult(reservation, null, IsOffline: false);
            if (outcome != RefillOutcome.Refilled)
                return new ReserveResult(null, exhausted, offline);
        }
    }

    private List<Shortage> Shortages(Budget[] budgets, in BudgetRequest request)
    {
        var shortages = new List<Shortage>(budgets.Length);
        lock (_gate)
            foreach (var budget in budgets)
            {
                if (!budget.AppliesTo(request.Requested, request.Upstream))
                    continue;
                // The first budget in the way kept the others from being looked at.
                budget.Roll(request.At);
                if (!budget.Fits(request.CostFor(budget), Stamp))
                    shortages.Add(new Shortage(budget.Lease!, request.CostFor(budget)));
            }
        return shortages;
    }

    private long Stamp => counters?.Stamp ?? 0;

    /// <summary>Reserves anew for another target: what was held comes back in the same moment. All or nothing.</summary>
    /// <param name="reservation">Not over.</param>
    /// <param name="budgets">As for <see cref="TryReserve"/>.</param>
    /// <param name="request">For the other target.</param>
    /// <param name="exhausted">The budget that is in the way; the reservation is as it was.</param>
    public bool TryMove(Reservation reservation, Budget[] budgets, in BudgetRequest request, out Budget? exhausted)
    {
        lock (_gate)
        {
            var before = reservation.Parts;
            foreach (var (budget, period, amount) in before)
                budget.Settle(period, amount, 0);
            if (Reserve(budgets, request, offline: false, out exhausted) is { } held)
            {
                reservation.Parts = held;
                return true;
            }
            foreach (var (budget, period, amount) in before)
                budget.Settle(period, -amount, 0);
            return false;
        }
    }

    /// <summary>Holds more for a request that turns out to cost more, of the budgets that stop streams. All or nothing.</summary>
    /// <param name="reservation">Not over.</param>
    /// <param name="total">What it is to cost in all.</param>
    /// <param name="now">By the clock.</param>
    /// <param name="unasked">Also where a shared budget has not been asked yet whether there is more; it is asked then.</param>
    public bool TryExtend(Reservation reservation, BudgetCost total, DateTimeOffset now, bool unasked = false)
    {
        var stamp = Stamp;
        lock (_gate)
        {
            var parts = reservation.Parts;
            foreach (var (budget, period, amount) in parts)
            {
                budget.Roll(now);
                var more = total.Of(budget) - amount;
                if (budget.Limit.Spec.StopStreams && more > 0 && period == budget.PeriodStart && !budget.FitsMore(more, stamp, unasked))
                    return false;
            }
            for (var i = 0; i < parts.Length; i++)
            {
                var (budget, period, amount) = parts[i];
                var more = total.Of(budget) - amount;
                if (!budget.Limit.Spec.StopStreams || more <= 0 || period != budget.PeriodStart)
                    continue;
                budget.Reserve(more);
                parts[i] = parts[i] with { Amount = amount + more };
            }
            return true;
        }
    }

    /// <summary>
    /// Books what is known only now, whatever room there is: it has been spent. Disposing what is returned does it; null when no budget
    /// is concerned.
    /// </summary>
    public async Task<Reservation?> ChargeAsync(
        Caller caller,
        string? requested,
        string? upstream,
        DateTimeOffset at,
        BudgetCost used,
        CancellationToken cancellationToken
    )
    {
        if (!Concerns(caller))
            return null;
        var budgets = await ForAsync(caller, at, cancellationToken);
        var parts = new List<ReservedPart>(budgets.Length);
        lock (_gate)
            foreach (var budget in budgets)
            {
                if (!budget.AppliesTo(requested, upstream))
                    continue;
                budget.Roll(at);
                if (BudgetPeriod.Start(budget.Limit.Spec.Per, at) is var period && period == budget.PeriodStart)
                    parts.Add(new ReservedPart(budget, period, 0));
            }
        return new Reservation(this, [.. parts]) { Used = used };
    }

    private ReservedPart[]? Reserve(Budget[] budgets, in BudgetRequest request, bool offline, out Budget? exhausted)
    {
        var stamp = Stamp;
        exhausted = null;
        var parts = new List<ReservedPart>(budgets.Length);
        foreach (var budget in budgets)
        {
            if (!budget.AppliesTo(request.Requested, request.Upstream))
                continue;
            budget.Roll(request.At);
            var cost = request.CostFor(budget);
            if (!budget.Fits(cost, stamp) && !(offline && budget.FitsOffline(cost, counters!.Options.FailOpenShare)))
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
        return held;
    }

    public void Settle(Reservation reservation)
    {
        var used = reservation.Used;
        lock (_gate)
            foreach (var (budget, period, amount) in reservation.Parts)
            {
                budget.Settle(period, amount, used.Of(budget));
                if (budget.NewThreshold() is { } share)
                    alerts.Reached(budget, share);
            }
    }

    /// <summary>The ledger has the row of a request that was settled, or will have none.</summary>
    public void Booked(Reservation reservation)
    {
        var used = reservation.Used;
        lock (_gate)
            foreach (var (budget, period, _) in reservation.Parts)
                budget.Booked(period, used.Of(budget));
    }

    /// <summary>For people: the state of the budgets of one key alone, without team and gateway.</summary>
    public async Task<IReadOnlyList<BudgetState>> ReadAsync(ApiKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(key);
        await RefreshAsync(await ForAsync(caller, now, cancellationToken), now, cancellationToken);
        lock (_gate)
        {
            var own = OfKey(caller);
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
            loaded = [.. Present().Where(budget => budget.IsLoaded)];
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
            await RefreshAsync([budget], now, cancellationToken);
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

    /// <summary>What other replicas have spent is known from the last exchange: here it is made anew.</summary>
    private async Task RefreshAsync(Budget[] budgets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (counters is null)
            return;
        lock (_gate)
            foreach (var budget in budgets)
                budget.Roll(now);
        await counters.RefreshAsync([.. budgets.Select(budget => budget.Lease!)], cancellationToken);
    }

    private async Task<long> SumAsync(Budget budget, DateTimeOffset? from, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(budget.Limit.Scope, budget.Limit.Subject, from, cancellationToken);
        return rows.Where(row => budget.AppliesTo(row.RequestedModel, row.UpstreamModel))
            .Sum(row => budget.Limit.IsMoney ? row.NanoUsd : row.Tokens);
    }

    public void Dispose() => _loading.Dispose();

    /// <summary>All budgets in use, for metrics.</summary>
    public IReadOnlyList<BudgetReading> Read(DateTimeOffset now)
    {
        lock (_gate)
        {
            var readings = new List<BudgetReading>();
            foreach (var budget in Present())
            {
                if (!budget.IsLoaded)
                    continue;
                budget.Roll(now);
                var limit = budget.Limit;
                readings.Add(
                    new BudgetReading(
                        limit.Scope == BudgetScope.Gateway ? "gateway" : limit.Shown,
                        limit.Scope.Name(),
                        limit.Spec.Per,
                        limit.IsMoney,
                        budget.Spent,
                        budget.Amount,
                        budget.Reserved
                    )
                );
            }
            return readings;
        }
    }

    /// <summary>One budget at this moment; null when none with this id has been used since the start.</summary>
    public BudgetState? Find(string id, DateTimeOffset now)
    {
        lock (_gate)
        {
            var budget = Present().FirstOrDefault(budget => budget.Limit.Id == id);
            budget?.Roll(now);
            return budget is null ? null : BudgetState.Of(budget);
        }
    }

    private IEnumerable<Budget> Present() =>
        _groups.Values.SelectMany(group =>
        {
            group.ApplyRules(options, shown: null);
            return group.Budgets;
        });

    private Budget[] Find(Caller caller)
    {
        lock (_gate)
        {
            var key = OfKey(caller);
            if (options.Rules.Count == 0)
                return key;
            var team = caller.Team is { } name ? Configured(BudgetScope.Team, name) : [];
            return [.. key, .. team, .. Configured(BudgetScope.Gateway, "")];
        }
    }

    private Budget[] OfKey(Caller caller)
    {
        var group = Group(BudgetScope.Key, caller.Id);
        group.Apply(
            caller.Key?.Version ?? 0,
            () =>
                (caller.Key?.Budgets ?? []).Select(spec => new BudgetLimit(BudgetScope.Key, caller.Id, caller.Name, spec)
                {
                    Version = caller.Key!.Version,
                })
        );
        group.ApplyRules(options, caller.Name);
        return group.Budgets;
    }

    private Budget[] Configured(BudgetScope scope, string name)
    {
        var group = Group(scope, name);
        group.ApplyRules(options, name);
        return group.Budgets;
    }

    /// <summary>
    /// Callers can be many (pass-through keys): when there are too many, groups that nothing is held of are forgotten, since the ledger
    /// knows what they spent.
    /// </summary>
    private BudgetGroup Group(BudgetScope scope, string name)
    {
        var now = _clock.GetUtcNow();
        if (!_groups.TryGetValue((scope, name), out var group))
        {
            var subject = HasRoom(now) ? name : Others;
            if (!_groups.TryGetValue((scope, subject), out group))
                _groups[(scope, subject)] = group = new BudgetGroup(scope, subject, counters is null ? null : Lease);
        }
        group.LastUsed = now;
        return group;
    }

    private LeasedCounter Lease(BudgetLimit limit) => counters!.Find(limit.Id, CounterKind.Ledger, _gate);

    private bool HasRoom(DateTimeOffset now)
    {
        if (_groups.Count < most)
            return true;
        if (now - _sweptAt < SweepPause)
            return false;
        _sweptAt = now;
        foreach (var (subject, group) in _groups.ToArray())
            if (now - group.LastUsed > Idle && Array.TrueForAll(group.Budgets, budget => budget.Reserved == 0))
                _groups.Remove(subject);
        return _groups.Count < most;
    }

    /// <summary>Subjects with budgets.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _groups.Count;
        }
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
