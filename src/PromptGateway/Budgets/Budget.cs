using PromptGateway.Keys;

namespace PromptGateway.Budgets;

/// <summary>
/// One budget: what was spent in the present period and what requests in flight hold of it. All that changes is guarded by the lock
/// of <see cref="BudgetBook"/>.
/// </summary>
internal sealed class Budget(BudgetLimit limit)
{
    private readonly ModelFilter? _models = ModelFilter.From(limit.Spec.Models ?? []);
    private int _warned;

    public BudgetLimit Limit { get; private set; } = limit;

    /// <summary>False until the spend before this process has been read from the ledger.</summary>
    public bool IsLoaded { get; private set; }
    public DateTimeOffset? PeriodStart { get; private set; }
    public long Spent { get; private set; }
    public long Reserved { get; private set; }
    public long Remaining => Math.Max(0, Limit.Amount - Spent - Reserved);
    public DateTimeOffset? ResetsAt => BudgetPeriod.End(Limit.Spec.Per, PeriodStart);

    public bool AppliesTo(string? requested, string? upstream) =>
        _models is null || (requested is not null && _models.Allows(requested)) || (upstream is not null && _models.Allows(upstream));

    /// <summary>Begins a new period when it is time; a clock that steps back does not bring an old one back.</summary>
    public void Roll(DateTimeOffset at)
    {
        var start = BudgetPeriod.Start(Limit.Spec.Per, at);
        if (start is null || start <= PeriodStart)
            return;
        (PeriodStart, Spent, Reserved, _warned) = (start, 0, 0, 0);
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
    public bool Fits(long cost) =>
        Limit.Spec.Mode == "soft" || (cost <= Limit.Amount - Spent - Reserved && Spent + Reserved < Limit.Amount);

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

    /// <summary>80 or 100 when that share was reached since the last call; each once a period.</summary>
    public int? NewThreshold()
    {
        var share =
            Spent >= Limit.Amount ? 100
            : (Int128)Spent * 100 >= (Int128)Limit.Amount * 80 ? 80
            : 0;
        if (share <= _warned)
            return null;
        _warned = share;
        return share;
    }

    public Budget With(BudgetLimit changed)
    {
        if (changed.Amount != Limit.Amount)
            _warned = 0;
        Limit = changed;
        return this;
    }
}
