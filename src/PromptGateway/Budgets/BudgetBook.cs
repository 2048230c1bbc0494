using PromptGateway.Counters;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>
/// All budgets in use. One lock over all of them makes nested budgets charge together or not at all; it is held for well under a
/// microsecond. What was spent before a budget was first asked for is read from the ledger, once; what was under way then is counted as it
/// ends. With replicas, budgets are leased from counters that they share.
/// </summary>
internal sealed class BudgetBook
{
    /// <summary>Sessions that are audited, the rest is too many for one look.</summary>
    private const int MostAuditedSessions = 1_000;
    private const int MostOvertaken = 8;
    private readonly Lock _gate = new();
    private readonly OpenRequests _open = new();
    private readonly BudgetOptions _options;
    private readonly BudgetAlerts _alerts;
    private readonly SharedCounters? _counters;
    private readonly TokenForecast _habits;
    private readonly BudgetSubjects _subjects;
    private readonly TimeProvider _clock;
    private readonly BudgetLedger _ledger;

    public BudgetBook(
        BudgetOptions options,
        IBudgetStore store,
        UsageWriter ledger,
        BudgetAlerts alerts,
        TimeProvider? clock = null,
        int most = 50_000,
        SharedCounters? counters = null,
        TokenForecast? habits = null
    )
    {
        (_options, _alerts, _counters, _habits) = (options, alerts, counters, habits ?? new TokenForecast());
        _clock = clock ?? TimeProvider.System;
        _subjects = new BudgetSubjects(options, _clock, most, counters, _gate, Adopt);
        _ledger = new BudgetLedger(store, ledger, counters, _gate);
        options.Changed += Refresh;
    }

    private long Stamp => _counters?.Stamp ?? 0;

    /// <summary>Subjects with budgets.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _subjects.Count;
        }
    }

    /// <summary>A request that may cost something begins. To be told when its row is in the ledger.</summary>
    /// <param name="request">What it is.</param>
    /// <param name="concerned">False for most keys: there is no budget to ask.</param>
    public Reservation Enter(OpenRequest request, out bool concerned)
    {
        var reservation = new Reservation(this, request);
        var caller = request.Caller;
        lock (_gate)
        {
            _open.Enter(reservation);
            reservation.IsAboutToAsk = concerned = Concerns(caller) || _subjects.HasBudgets(caller.Id);
        }
        return reservation;
    }

    /// <summary>Whether requests of the caller must say which session they belong to.</summary>
    public bool AsksForSession(Caller caller) => _options.AsksForSession(caller);

    /// <summary>The budgets of a caller, ready to be reserved from; null when there is no room for another session.</summary>
    /// <param name="caller">Who pays.</param>
    /// <param name="at">When the request arrived.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <param name="session">Pseudonym of the session; null: no budget counts by it.</param>
    /// <param name="asking">Whose they are to hold for; null: nobody's that is known here.</param>
    public async ValueTask<Budget[]?> ForAsync(
        Caller caller,
        DateTimeOffset at,
        CancellationToken cancellationToken,
        string? session = null,
        Reservation? asking = null
    )
    {
        Budget[]? budgets;
        lock (_gate)
        {
            budgets = _subjects.Find(caller, session);
            foreach (var budget in budgets ?? [])
                budget.FollowBack(_clock.GetUtcNow());
            // One that is made from now on is not among them.
            asking?.IsAboutToAsk = false;
        }
        if (budgets is not null && !Array.TrueForAll(budgets, budget => budget.IsLoaded))
            await _ledger.LoadAsync(budgets, at, cancellationToken);
        return budgets;
    }

    /// <summary>
    /// All or nothing. Asks the other replicas, for a bounded time, where the part that this one holds does not suffice.
    /// </summary>
    public ValueTask<ReserveResult> ReserveAsync(
        Reservation reservation,
        Budget[] budgets,
        BudgetRequest request,
        CancellationToken cancellationToken
    )
    {
        var isHeld = TryHold(reservation, budgets, request, out var exhausted);
        return isHeld || _counters is null || request.CostFor(exhausted!) > exhausted!.Amount
            ? new(new ReserveResult(isHeld, exhausted, IsOffline: false))
            : RefillAsync(_counters, reservation, budgets, request, cancellationToken);
    }

    /// <summary>For somebody whom nobody else knows. Null, with the budget that is in the way, when one has no room.</summary>
    public Reservation? TryReserve(Budget[] budgets, in BudgetRequest request, out Budget? exhausted)
    {
        var reservation = new Reservation(this);
        return TryHold(reservation, budgets, request, out exhausted) ? reservation : null;
    }

    /// <summary>
    /// Holds what the request needs: for the first time, or anew for another target; what was held comes back in the same moment. All or
    /// nothing.
    /// </summary>
    /// <param name="reservation">Not over.</param>
    /// <param name="budgets">Those that may concern it; others that it holds a part of count too.</param>
    /// <param name="request">What it needs now.</param>
    /// <param name="exhausted">The budget that is in the way; the reservation is as it was.</param>
    /// <param name="offline">The database cannot be asked: the allowance for that counts.</param>
    public bool TryHold(Reservation reservation, Budget[] budgets, in BudgetRequest request, out Budget? exhausted, bool offline = false)
    {
        lock (_gate)
        {
            reservation.IsAboutToAsk = false;
            var before = reservation.Parts;
            foreach (var (budget, period, amount) in before)
                budget.Settle(period, amount, 0);
            if (Reserve(With(budgets, before), request, offline, out exhausted) is { } held)
            {
                reservation.Parts = held;
                return true;
            }
            foreach (var (budget, period, amount) in before)
                budget.Restore(period, amount);
            return false;
        }
    }

    private async ValueTask<ReserveResult> RefillAsync(
        SharedCounters shared,
        Reservation reservation,
        Budget[] budgets,
        BudgetRequest request,
        CancellationToken cancellationToken
    )
    {
        var deadline = shared.Deadline();
        for (var overtaken = 0; ; )
        {
            var shortages = Shortages(reservation, budgets, request);
            // There is room now; but who is overtaken each time must not try for ever.
            overtaken = shortages.Count == 0 ? overtaken + 1 : 0;
            var outcome =
                overtaken > MostOvertaken ? RefillOutcome.Refused : await shared.RefillAsync(shortages, deadline, cancellationToken);
            var offline = outcome == RefillOutcome.Unavailable;
            if (TryHold(reservation, budgets, request, out var exhausted, offline))
                return new ReserveResult(IsHeld: true, null, IsOffline: false);
            if (outcome != RefillOutcome.Refilled)
                return new ReserveResult(IsHeld: false, exhausted, offline);
        }
    }

    private List<Shortage> Shortages(Reservation reservation, Budget[] budgets, in BudgetRequest request)
    {
        var shortages = new List<Shortage>(budgets.Length);
        lock (_gate)
            foreach (var budget in With(budgets, reservation.Parts))
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
                budget.Extend(more);
                parts[i] = parts[i] with { Amount = amount + more };
            }
            return true;
        }
    }

    /// <summary>Whether there may be budgets to charge with what the caller has caused.</summary>
    public bool Concerns(Caller caller) => _options.Rules.Count > 0 || caller.Key is { Budgets.Count: > 0 };

    /// <summary>
    /// Books what is known only now, whatever room there is: it has been spent. Disposing what is returned does it; to be told when the row
    /// is in the ledger.
    /// </summary>
    public async Task<Reservation> ChargeAsync(Caller caller, UsageRecord row, CancellationToken cancellationToken)
    {
        var charged = new Reservation(this) { Used = new BudgetCost(row.CostNanoUsd, row.Usage.TotalTokens) };
        if (!Concerns(caller))
            return charged;
        // Where there is no room for its session, the ledger alone knows what that has spent; the others are charged all the same.
        var budgets =
            await ForAsync(caller, row.StartedAt, cancellationToken, AsksForSession(caller) ? row.Session : null)
            ?? await ForAsync(caller, row.StartedAt, cancellationToken)
            ?? [];
        var parts = new List<ReservedPart>(budgets.Length);
        lock (_gate)
            foreach (var budget in budgets)
            {
                if (!budget.AppliesTo(row.RequestedModel, row.UpstreamModel))
                    continue;
                budget.Roll(row.StartedAt);
                if (BudgetPeriod.Start(budget.Limit.Spec.Per, row.StartedAt) is var period && period == budget.PeriodStart)
                {
                    budget.Reserve(0);
                    parts.Add(new ReservedPart(budget, period, 0));
                }
            }
        charged.Parts = [.. parts];
        return charged;
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
            if (!budget.Fits(cost, stamp) && !(offline && budget.FitsOffline(cost, _counters!.Options.FailOpenShare)))
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

    /// <summary>A budget that was made while the request was under way is not in the list that it began with.</summary>
    private static Budget[] With(Budget[] budgets, ReservedPart[] held) =>
        Array.TrueForAll(held, part => Array.IndexOf(budgets, part.Budget) >= 0)
            ? budgets
            : [.. budgets, .. held.Select(part => part.Budget).Where(budget => Array.IndexOf(budgets, budget) < 0)];

    /// <summary>The request is over, its row is on its way. Once.</summary>
    public void Settle(Reservation reservation)
    {
        lock (_gate)
            End(reservation);
    }

    /// <summary>The ledger has the row of a request, or will have none.</summary>
    public void Booked(Reservation reservation, UsageRecord? row)
    {
        lock (_gate)
        {
            _open.Leave(reservation);
            End(reservation, row);
            foreach (var (budget, period, _) in reservation.Parts)
                budget.Booked(period, reservation.Used.Of(budget));
        }
    }

    /// <summary>
    /// The row of a request is on disk. A budget that is made from now on reads the ledger when that has the row, so only counters that
    /// replicas share still wait for it: while the database is away, requests must not gather in memory.
    /// </summary>
    /// <returns>True when it is to be told of <see cref="Booked"/>.</returns>
    public bool Spooled(Reservation reservation, UsageRecord row)
    {
        lock (_gate)
        {
            End(reservation, row);
            if (Array.Exists(reservation.Parts, part => part.Budget.Lease is not null))
                return true;
            _open.Leave(reservation);
            return false;
        }
    }

    private void End(Reservation reservation, UsageRecord? row)
    {
        if (reservation.IsOver)
            return;
        // No budget was asked when it began, and so nobody has settled it.
        reservation.Used = row is null ? default : new BudgetCost(row.CostNanoUsd, row.Usage.TotalTokens);
        End(reservation);
    }

    private void End(Reservation reservation)
    {
        if (reservation.IsOver)
            return;
        reservation.IsOver = true;
        foreach (var (budget, period, amount) in reservation.Parts)
        {
            budget.Settle(period, amount, reservation.Used.Of(budget));
            if (budget.NewThreshold() is { } share)
                _alerts.Reached(budget, share);
        }
    }

    /// <summary>A budget that is made, or made to hold more, while requests are under way counts them from now on.</summary>
    private void Adopt(Budget budget)
    {
        foreach (var reservation in _open)
            // Who has not asked yet is not to be counted at worst, and in the way of others, until it does.
            if (
                reservation is { IsAboutToAsk: false, Request: { } request }
                && request.IsOf(budget.Limit)
                && budget.AppliesTo(request.Requested, request.Target.Model)
            )
                Adopt(budget, reservation, request);
    }

    private void Adopt(Budget budget, Reservation reservation, OpenRequest request)
    {
        budget.Roll(request.At);
        var period = BudgetPeriod.Start(budget.Limit.Spec.Per, request.At);
        var forecast = request.Forecast(_habits.Of(request.Caller.Id, request.Target.Model), _options.UnknownPrice);
        var cost = reservation.IsOver ? 0 : forecast.CostFor(budget);
        var parts = reservation.Parts;
        if (Array.FindIndex(parts, part => part.Budget == budget) is >= 0 and var held)
        {
            var more = cost - parts[held].Amount;
            if (more <= 0 || period != budget.PeriodStart)
                return;
            budget.Extend(more);
            parts[held] = parts[held] with { Amount = cost };
            return;
        }
        if (!budget.IsLoaded)
            budget.CountedHere.Add(request.RequestId);
        if (period != budget.PeriodStart)
            return;
        budget.Reserve(cost);
        reservation.Parts = [.. parts, new ReservedPart(budget, period, cost)];
        if (reservation.IsOver)
            budget.Settle(period, 0, reservation.Used.Of(budget));
    }

    /// <summary>
    /// Rules have changed: what is under way is counted at once, not with the next request. A budget that has ended goes now: it would miss
    /// what is spent until its rule comes back.
    /// </summary>
    private void Refresh()
    {
        lock (_gate)
        {
            _subjects.ApplyRules();
            foreach (var request in _open.Select(reservation => reservation.Request).OfType<OpenRequest>().ToArray())
                _subjects.Find(request.Caller, request.Session);
        }
    }

    /// <summary>For people: the state of the budgets of one key alone, without team, gateway and sessions.</summary>
    public async Task<IReadOnlyList<BudgetState>> ReadAsync(ApiKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(key);
        await _ledger.RefreshAsync((await ForAsync(caller, now, cancellationToken))!, now, cancellationToken);
        lock (_gate)
        {
            var own = _subjects.OfKey(caller);
            foreach (var budget in own)
                budget.Roll(now);
            return [.. own.Select(BudgetState.Of)];
        }
    }

    /// <summary>All budgets that were loaded, beside the ledger; of sessions only some.</summary>
    public async Task<IReadOnlyList<BudgetAudit>> AuditAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        Budget[] loaded;
        lock (_gate)
        {
            var present = _subjects
                .Present()
                .Where(budget => budget.IsLoaded)
                .ToLookup(budget => budget.Limit.Scope == BudgetScope.Session);
            loaded = [.. present[false], .. present[true].Take(MostAuditedSessions)];
        }
        var audits = new List<BudgetAudit>(loaded.Length);
        foreach (var budget in loaded)
            audits.Add(await _ledger.AuditAsync(budget, now, cancellationToken));
        return audits;
    }

    /// <summary>All budgets in use, for metrics; without those of sessions, which are without end.</summary>
    public IReadOnlyList<BudgetReading> Read(DateTimeOffset now)
    {
        lock (_gate)
        {
            var readings = new List<BudgetReading>();
            foreach (var budget in _subjects.Present())
            {
                if (!budget.IsLoaded || budget.Limit.Scope == BudgetScope.Session)
                    continue;
                budget.Roll(now);
                readings.Add(BudgetReadings.Of(budget));
            }
            return readings;
        }
    }

    /// <summary>One budget at this moment; null when none with this id has been used since the start.</summary>
    public BudgetState? Find(string id, DateTimeOffset now)
    {
        lock (_gate)
        {
            var budget = _subjects.Present().FirstOrDefault(budget => budget.Limit.Id == id);
            budget?.Roll(now);
            return budget is null ? null : BudgetState.Of(budget);
        }
    }
}
