using PromptGateway.Counters;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>Reads from the ledger what budgets have spent: before their first use, and to compare.</summary>
/// <param name="store">The sums.</param>
/// <param name="writer">Rows that are on their way to the ledger.</param>
/// <param name="counters">What replicas share; null when there is one gateway alone.</param>
/// <param name="gate">The lock of the book.</param>
internal sealed class BudgetLedger(IBudgetStore store, UsageWriter writer, SharedCounters? counters, Lock gate)
{
    private const int AuditAttempts = 5;
    private static readonly TimeSpan AuditPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Reads each budget once, whoever and how many ask for it; after a failure again.</summary>
    public Task LoadAsync(Budget[] budgets, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var readings = new List<Task>();
        lock (gate)
            foreach (var budget in budgets)
                if (!budget.IsLoaded)
                    readings.Add(budget.Loading ??= Task.Run(() => ReadAsync(budget, at), CancellationToken.None));
        return Task.WhenAll(readings).WaitAsync(cancellationToken);
    }

    private async Task ReadAsync(Budget budget, DateTimeOffset at)
    {
        try
        {
            // Rows that this process has on its way and does not count here: written by charges that come later than their request.
            // A session's first request must not wait for them, unless rows are on disk.
            if (budget.Limit.Scope != BudgetScope.Session || writer.SpooledRows > 0)
                await writer.FlushAsync(CancellationToken.None);
            DateTimeOffset? from;
            string[] without;
            lock (gate)
            {
                budget.Roll(at);
                (from, without) = (budget.PeriodStart, [.. budget.CountedHere]);
            }
            var spent = await SumAsync(budget, from, without, CancellationToken.None);
            lock (gate)
                budget.Load(from, spent);
        }
        catch
        {
            lock (gate)
                budget.Loading = null;
            throw;
        }
    }

    /// <summary>One budget beside the ledger. One that changes meanwhile is looked at again.</summary>
    public async Task<BudgetAudit> AuditAsync(Budget budget, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await writer.FlushAsync(cancellationToken);
            await RefreshAsync([budget], now, cancellationToken);
            var from = BudgetPeriod.Start(budget.Limit.Spec.Per, now);
            var booked = await SumAsync(budget, from, [], cancellationToken);
            lock (gate)
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
    public async Task RefreshAsync(Budget[] budgets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (counters is null)
            return;
        lock (gate)
            foreach (var budget in budgets)
                budget.Roll(now);
        await counters.RefreshAsync([.. budgets.Select(budget => budget.Lease!)], cancellationToken);
    }

    private async Task<long> SumAsync(Budget budget, DateTimeOffset? from, string[] without, CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(budget.Limit.Scope, budget.Limit.Subject, from, without, cancellationToken);
        return rows.Where(row => budget.AppliesTo(row.RequestedModel, row.UpstreamModel))
            .Sum(row => budget.Limit.IsMoney ? row.NanoUsd : row.Tokens);
    }
}
