using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>
/// One budget: what was spent in the present period and what requests in flight hold of it. All that changes is guarded by the lock
/// of <see cref="BudgetBook"/>.
/// </summary>
internal sealed class Budget(BudgetLimit limit)
{
    private static readonly int[] UsualShares = [80, 100];
    private readonly ModelFilter? _models = ModelFilter.From(limit.Spec.Models ?? []);
    private BudgetRaise[] _raises = [];
    private DateTimeOffset _seen;
    private int _warned;

    public BudgetLimit Limit { get; private set; } = limit;

    /// <summary>Nano-dollars, or tokens; with the raises in force when the clock was last looked at.</summary>
    public long Amount { get; private set; } = limit.Amount;

    /// <summary>False until the spend before this process has been read from the ledger.</summary>
    public bool IsLoaded { get; private set; }
    public DateTimeOffset? PeriodStart { get; private set; }
    public long Spent { get; private set; }
    public long Reserved { get; private set; }
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
        if (start is null || start <= PeriodStart)
            return;
        (PeriodStart, Spent, Reserved, _warned) = (start, 0, 0, 0);
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
        if (IsLoaded)
            return;
        IsLoaded = true;
        if (periodStart == PeriodStart)
            Spent += spent;
    }

    /// <summary>A soft budget always has room. An empty one has none, not even for what may turn out to be free.</summary>
    public bool Fits(long cost) => Limit.Spec.Mode == "soft" || (cost <= Amount - Spent - Reserved && Spent + Reserved < Amount);

    /// <summary>For a request that holds a part already, which may be all that was left.</summary>
    public bool FitsMore(long cost) => cost <= Amount - Spent - Reserved;

    public void Reserve(long cost) => Reserved += cost;

    /// <param name="period">In which the reservation was made; in another one there is nothing left to settle.</param>
    /// <param name="reserved">What is given back.</param>
    /// <param name="spent">What was used in truth.</param>
    public void Settle(DateTimeOffset? period, long reserved, long spent)
    {
        if (period != PeriodStart)
            return;
        Reserved -= reserved;
        Spent += spent;
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

    private int HighestReached()
    {
        var highest = 0;
        foreach (var share in Limit.Spec.AlertAt ?? UsualShares)
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
        // A share of another amount is news when it is reached.
        _warned = Math.Min(_warned, HighestReached());
    }
}
