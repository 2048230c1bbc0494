using PromptGateway.Counters;
using PromptGateway.Keys;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>
/// All budgets in use. One lock over all of them makes nested budgets charge together or not at all; it is held for well under a
/// microsecond. What was spent before a budget was first asked for is read from the ledger, once; what was under way then is counted as it
/// ends. With replicas, budgets are leased from counters that they share.
/// </summary>
internal sealed class BudgetBook
{
    private const int MostOvertaken = 8;
    private readonly Lock _gate = new();
    private readonly OpenRequests _open = new();
    private readonly BudgetOptions _options;
    private readonly SharedCounters? _counters;
    private readonly BudgetSubjects _subjects;
    private readonly BudgetLedger _ledger;
    private readonly BudgetHolds _holds;
    private readonly TimeProvider _clock;

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
        (_options, _counters, _clock) = (options, counters, clock ?? TimeProvider.System);
        var adoption = new BudgetAdoption(_open, options, habits ?? new TokenForecast());
        _subjects = new BudgetSubjects(options, _clock, most, counters, _gate, adoption.Adopt);
        _ledger = new BudgetLedger(store, ledger, counters, _gate);
        _holds = new BudgetHolds(alerts, counters);
        Reports = new BudgetReports(_subjects, _ledger, _gate);
        options.Changed += Refresh;
    }

    public BudgetReports Reports { get; }

    /// <summary>Whether there may be budgets to charge with what the caller has caused.</summary>
    public bool Concerns(Caller caller) => _options.Rules.Count > 0 || caller.Key is { Budgets.Count: > 0 };

    /// <summary>Whether requests of the caller must say which session they belong to.</summary>
    public bool AsksForSession(Caller caller) => _options.AsksForSession(caller);

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
            if (budgets is { Length: > 0 })
                FollowBack(budgets);
            // One that is made from now on is not among them.
            asking?.IsAboutToAsk = false;
        }
        if (budgets is not null && !Array.TrueForAll(budgets, budget => budget.IsLoaded))
            await _ledger.LoadAsync(budgets, at, cancellationToken);
        return budgets;
    }

    private void FollowBack(Budget[] budgets)
    {
        var now = _clock.GetUtcNow();
        foreach (var budget in budgets)
            budget.FollowBack(now);
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

    /// <inheritdoc cref="BudgetHolds.TryHold"/>
    public bool TryHold(Reservation reservation, Budget[] budgets, in BudgetRequest request, out Budget? exhausted, bool offline = false)
    {
        lock (_gate)
            return _holds.TryHold(reservation, budgets, request, offline, out exhausted);
    }

    /// <inheritdoc cref="BudgetHolds.TryExtend"/>
    public bool TryExtend(Reservation reservation, BudgetCost total, DateTimeOffset now, bool unasked = false)
    {
        lock (_gate)
            return _holds.TryExtend(reservation, total, now, unasked);
    }

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
        lock (_gate)
            charged.Parts = BudgetHolds.Open(budgets, row);
        return charged;
    }

    /// <summary>The request is over, its row is on its way. Once.</summary>
    public void Settle(Reservation reservation)
    {
        lock (_gate)
            _holds.End(reservation);
    }

    /// <summary>The ledger has the row of a request, or will have none.</summary>
    public void Booked(Reservation reservation, UsageRecord? row)
    {
        lock (_gate)
        {
            _open.Leave(reservation);
            _holds.End(reservation, row);
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
            _holds.End(reservation, row);
            if (Array.Exists(reservation.Parts, part => part.Budget.Lease is not null))
                return true;
            _open.Leave(reservation);
            return false;
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
        lock (_gate)
            return _holds.Shortages(reservation, budgets, request);
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
}
