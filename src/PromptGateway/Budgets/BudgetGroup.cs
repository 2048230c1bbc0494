namespace PromptGateway.Budgets;

/// <summary>The budgets of one key, team, or the gateway.</summary>
internal sealed class BudgetGroup
{
    public long Version { get; private set; } = -1;
    public Budget[] Budgets { get; private set; } = [];

    /// <summary>Takes over changed budgets; the spend of one that stays goes on. Under the lock of the book.</summary>
    public void Apply(long version, IEnumerable<BudgetLimit> limits)
    {
        if (version <= Version)
            return;
        var old = Budgets;
        Budgets = [.. limits.Select(limit => old.FirstOrDefault(b => b.Limit.CountsSameAs(limit))?.With(limit) ?? new Budget(limit))];
        Version = version;
    }
}
