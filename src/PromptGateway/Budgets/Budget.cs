using PromptGateway.Counters;
using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>
/// One budget: what was spent in the present period and what requests in flight hold of it. All that changes is guarded by the lock
/// of <see cref="BudgetBook"/>.
/// </summary>
internal sealed class Budget(BudgetLimit limit, LeasedCounter? lease = null)
{
    private static readonly int[] UsualShares = [80, 100];
    private readonly ModelFilter? _models = ModelFilter.From(limit.Spec.Models ?? []);
    private BudgetRaise[] _raises = [];
    private DateTimeOffset _seen;
    private int _warned;
    private bool _isLoaded;
    private long _spent;
    private long _reserved;
    private int _open;

    public BudgetLimit Limit { get; private set; } = limit;

    /// <summary>Nano-dollars, or tokens; with the raises in force when the clock was last looked at.</summary>
    public long Amount { get; private set; } = limit.Amount;

    /// <summary>False until the spend before this process has been read from the ledger.</summary>
    public bool IsLoaded => _isLoaded || lease is not null;
    public DateTimeOffset? PeriodStart { get; private set; }
    public long Spent => lease?.Used ?? _spent;

    /// <summary>By requests in flight; with replicas, also what the others hold.</summary>
    public long Reserved => lease is null ? _reserved : lease.Reserved + lease.Others;

    /// <summary>This replica's part of it; null when there is one gateway alone.</summary>
    public LeasedCounter? Lease => lease;

    /// <summary>Nothing of it is held by anybody here, and the ledger knows all that was spent: it can be forgotten.</summary>
    public bool IsIdle => _open == 0 && _reserved == 0 && lease is not { IsForgettable: false };

    /// <summary>
    /// Requests whose rows are not to be read from the ledger when the budget is loaded: they were under way when it was made, and are
    /// counted as they end.
    /// </summary>
    public HashSet<string> CountedHere { get; } = [];

    /// <summary>The one reading of the ledger for it; null: not begun, or failed. Under the lock of the book.</summary>
    public Task? Loading { get; set; }
    public long Remaining => Math.Max(0, Amount - Spent - Reserved);
    public DateTimeOffset? ResetsAt => BudgetPeriod.End(Limit.Spec.Per, PeriodStart);

    public bool AppliesTo(string? requested, string? upstream) =>
        _models is null || (requested is not null && _models.Allows(requested)) || (upstream is not null && _models.Allows(upstream));

    /// <summary>Begins a new period when it is time, and ends raises; a clock that steps back does not bring an old one back.</summary>
    public void Roll(DateTimeOffset at)
    {
        if (_raises.Length > 0 && at > _seen)
        {
            _seen = at;
            Revalue();
        }
        var start = BudgetPeriod.Start(Limit.Spec.Per, at);
        if (lease is { IsOpen: false })
            OpenLease(start);
        if (start is null || start <= PeriodStart)
            return;
        (PeriodStart, _spent, _reserved, _warned) = (start, 0, 0, 0);
        OpenLease(start);
    }

    /// <summary>
    /// The clock was ahead by more than a period, and has been set right: the present period begins anew, with what the ledger says. Else
    /// nothing would be counted until the wrong time has come. Budgets that replicas share go by the database's clock.
    /// </summary>
    /// <param name="now">By the clock; not when some request began.</param>
    public void FollowBack(DateTimeOffset now)
    {
        if (lease is not null || !(now < PeriodStart))
            return;
        var start = BudgetPeriod.Start(Limit.Spec.Per, now);
        if (!(BudgetPeriod.End(Limit.Spec.Per, start) < PeriodStart))
            return;
        (PeriodStart, _spent, _reserved, _warned, _seen) = (start, 0, 0, 0, now);
        (_isLoaded, Loading) = (false, null);
        Revalue();
    }

    /// <summary>All raises of this budget, past ones too.</summary>
    public void Raise(BudgetRaise[] raises)
    {
        _raises = raises;
        Revalue();
    }

    /// <summary>Spend of this period that the ledger knows.</summary>
    public void Load(DateTimeOffset? periodStart, long spent)
    {
        // A reading that the clock was set back from is of another period, and says nothing of this one.
        if (IsLoaded || periodStart > PeriodStart)
            return;
        _isLoaded = true;
        if (periodStart == PeriodStart)
            _spent += spent;
        CountedHere.Clear();
    }

    /// <summary>A soft budget always has room. An empty one has none, not even for what may turn out to be free.</summary>
    /// <param name="cost">To be reserved.</param>
    /// <param name="now">Timestamp; for shared budgets.</param>
    public bool Fits(long cost, long now) =>
        Limit.Spec.Mode == "soft"
        || (lease is null ? cost <= Amount - _spent - _reserved && _spent + _reserved < Amount : lease.Fits(cost, now));

    /// <summary>While the database cannot be asked: nothing, or a bounded allowance.</summary>
    /// <param name="cost">To be reserved.</param>
    /// <param name="share">Of the amount: the allowance.</param>
    public bool FitsOffline(long cost, double share) =>
        lease is not null && Limit.Spec.OnStoreFailure == "fail_open" && lease.FitsWithin(cost, lease.Overdraft(share));

    /// <summary>For a request that holds a part already, which may be all that was left.</summary>
    /// <param name="cost">To be reserved besides.</param>
    /// <param name="now">Timestamp; for shared budgets.</param>
    /// <param name="unasked">Also before the database has said whether there is more.</param>
    public bool FitsMore(long cost, long now, bool unasked) =>
        lease is null ? cost <= Amount - _spent - _reserved : lease.Fits(cost, now) || (unasked && lease.MayOverdraw(now));

    /// <summary>Another request holds a part of it.</summary>
    public void Reserve(long cost)
    {
        _open++;
        Extend(cost);
    }

    /// <summary>More for a request that holds a part already.</summary>
    public void Extend(long cost)
    {
        if (lease is null)
            _reserved += cost;
        else if (Limit.Spec.Mode != "soft")
            lease.Reserve(cost);
    }

    /// <param name="period">In which the reservation was made; in another one there is nothing left to settle.</param>
    /// <param name="reserved">What is given back.</param>
    /// <param name="spent">What was used in truth.</param>
    public void Settle(DateTimeOffset? period, long reserved, long spent)
    {
        _open--;
        if (period != PeriodStart)
            return;
        if (lease is not null)
        {
            lease.Settle(reserved, spent);
            return;
        }
        _reserved -= reserved;
        _spent += spent;
    }

    /// <summary>Takes back a settlement that gave everything back.</summary>
    public void Restore(DateTimeOffset? period, long reserved)
    {
        Settle(period, -reserved, 0);
        _open += 2;
    }

    /// <summary>The ledger has the row of what was settled.</summary>
    public void Booked(DateTimeOffset? period, long spent)
    {
        if (period == PeriodStart)
            lease?.Booked(spent);
    }

    /// <summary>The highest of the budget's alert shares (percent) that was reached since the last call; each once a period.</summary>
    public int? NewThreshold()
    {
        var share = HighestReached();
        if (share <= _warned)
            return null;
        _warned = share;
        return share;
    }

    public Budget With(BudgetLimit changed)
    {
        Limit = changed;
        Revalue();
        return this;
    }

    private void OpenLease(DateTimeOffset? start)
    {
        if (lease is null)
            return;
        var (scope, spec) = (Limit.Scope.Name(), Limit.Spec);
        var models = spec.Models is { Count: > 0 } some ? some : null;
        lease.Declare(Amount, Limit.Version);
        lease.Open(
            start?.UtcTicks ?? 0,
            new LedgerFilter(scope, Limit.Subject, Limit.IsMoney, models, start, BudgetPeriod.End(spec.Per, start))
        );
    }

    private int HighestReached()
    {
        var highest = 0;
        foreach (var share in Limit.Spec.AlertAt ?? (Limit.Scope == BudgetScope.Session ? [] : UsualShares))
            if (share > highest && (Int128)Spent * 100 >= (Int128)Amount * share)
                highest = share;
        return highest;
    }

    private void Revalue()
    {
        var amount = Limit.Amount;
        foreach (var raise in _raises)
            if (raise.Until > _seen)
                amount += raise.Amount;
        if (amount == Amount)
            return;
        Amount = amount;
        lease?.Declare(amount, Limit.Version);
        // A share of another amount is news when it is reached.
        _warned = Math.Min(_warned, HighestReached());
    }
}
