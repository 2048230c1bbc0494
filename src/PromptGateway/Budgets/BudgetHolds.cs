using PromptGateway.Counters;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>What requests hold of budgets: taken, made more, given back. All under the lock of the book.</summary>
/// <param name="alerts">Told when a budget is used up so far.</param>
/// <param name="counters">What replicas share; null when there is one gateway alone.</param>
internal sealed class BudgetHolds(BudgetAlerts alerts, SharedCounters? counters)
{
    private long Stamp => counters?.Stamp ?? 0;

    /// <summary>
    /// Holds what the request needs: for the first time, or anew for another target; what was held comes back in the same moment. All or
    /// nothing.
    /// </summary>
    /// <param name="reservation">Not over.</param>
    /// <param name="budgets">Those that may concern it; others that it holds a part of count too.</param>
    /// <param name="request">What it needs now.</param>
    /// <param name="offline">The database cannot be asked: the allowance for that counts.</param>
    /// <param name="exhausted">The budget that is in the way; the reservation is as it was.</param>
    public bool TryHold(Reservation reservation, Budget[] budgets, in BudgetRequest request, bool offline, out Budget? exhausted)
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

    /// <summary>What is missing for <see cref="TryHold"/>, by budget. Only with counters that are shared.</summary>
    public List<Shortage> Shortages(Reservation reservation, Budget[] budgets, in BudgetRequest request)
    {
        var shortages = new List<Shortage>(budgets.Length);
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

    /// <summary>More for a request that turns out to cost more, of the budgets that stop streams. All or nothing.</summary>
    /// <param name="reservation">Not over.</param>
    /// <param name="total">What it is to cost in all.</param>
    /// <param name="now">By the clock.</param>
    /// <param name="unasked">Also where a shared budget has not been asked yet whether there is more; it is asked then.</param>
    public bool TryExtend(Reservation reservation, BudgetCost total, DateTimeOffset now, bool unasked)
    {
        var stamp = Stamp;
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

    /// <summary>A part of nothing of each budget that the row concerns, whatever room there is: to be settled with what was spent.</summary>
    public static ReservedPart[] Open(Budget[] budgets, UsageRecord row)
    {
        var parts = new List<ReservedPart>(budgets.Length);
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
        return [.. parts];
    }

    /// <summary>Gives back what is held and books what was used; the first call counts.</summary>
    public void End(Reservation reservation)
    {
        if (reservation.IsOver)
            return;
        reservation.IsOver = true;
        foreach (var (budget, period, amount) in reservation.Parts)
        {
            budget.Settle(period, amount, reservation.Used.Of(budget));
            if (budget.NewThreshold() is { } share)
                alerts.Reached(budget, share);
        }
    }

    /// <summary>The same for one that may never have asked a budget when it began, and so has been settled by nobody.</summary>
    /// <param name="reservation">Over or not.</param>
    /// <param name="row">What the ledger gets; null: nothing.</param>
    public void End(Reservation reservation, UsageRecord? row)
    {
        if (reservation.IsOver)
            return;
        reservation.Used = row is null ? default : new BudgetCost(row.CostNanoUsd, row.Usage.TotalTokens);
        End(reservation);
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

    /// <summary>A budget that was made while the request was under way is not in the list that it began with.</summary>
    private static Budget[] With(Budget[] budgets, ReservedPart[] held) =>
        Array.TrueForAll(held, part => Array.IndexOf(budgets, part.Budget) >= 0)
            ? budgets
            : [.. budgets, .. held.Select(part => part.Budget).Where(budget => Array.IndexOf(budgets, budget) < 0)];
}
