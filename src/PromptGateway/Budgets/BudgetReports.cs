using PromptGateway.Metrics;

namespace PromptGateway.Budgets;

/// <summary>What people and metrics are told of all budgets in use.</summary>
internal sealed class BudgetReports(BudgetSubjects subjects, BudgetLedger ledger, Lock gate)
{
    /// <summary>Sessions that are audited, the rest is too many for one look.</summary>
    private const int MostAuditedSessions = 1_000;

    /// <summary>Subjects with budgets.</summary>
    public int Subjects
    {
        get
        {
            lock (gate)
                return subjects.Count;
        }
    }

    /// <summary>All budgets that were loaded, beside the ledger; of sessions only some.</summary>
    public async Task<IReadOnlyList<BudgetAudit>> AuditAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        Budget[] loaded;
        lock (gate)
        {
            var present = subjects.Present().Where(budget => budget.IsLoaded).ToLookup(budget => budget.Limit.Scope == BudgetScope.Session);
            loaded = [.. present[false], .. present[true].Take(MostAuditedSessions)];
        }
        var audits = new List<BudgetAudit>(loaded.Length);
        foreach (var budget in loaded)
            audits.Add(await ledger.AuditAsync(budget, now, cancellationToken));
        return audits;
    }

    /// <summary>All budgets in use, for metrics; without those of sessions, which are without end.</summary>
    public IReadOnlyList<BudgetReading> Read(DateTimeOffset now)
    {
        lock (gate)
        {
            var readings = new List<BudgetReading>();
            foreach (var budget in subjects.Present())
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
        lock (gate)
        {
            var budget = subjects.Present().FirstOrDefault(budget => budget.Limit.Id == id);
            budget?.Roll(now);
            return budget is null ? null : BudgetState.Of(budget);
        }
    }
}
