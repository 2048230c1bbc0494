using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>
/// A budget that is made, or made to hold more, while requests are under way counts them from now on. Under the lock of the book.
/// </summary>
internal sealed class BudgetAdoption(OpenRequests open, BudgetOptions options, TokenForecast habits)
{
    /// <param name="budget">Made just now, or made to hold more.</param>
    public void Adopt(Budget budget)
    {
        foreach (var reservation in open)
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
        var forecast = request.Forecast(habits.Of(request.Caller.Id, request.Target.Model), options.UnknownPrice);
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
}
