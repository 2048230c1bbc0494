using PromptGateway.Chat;
using PromptGateway.Metrics;
using PromptGateway.Routing;

namespace PromptGateway.Budgets;

/// <summary>Reserves anew, at the price of the target that the request is really sent to.</summary>
/// <param name="book">Where it is held.</param>
/// <param name="reservation">What is held so far.</param>
/// <param name="budgets">All that may apply.</param>
/// <param name="forecast">What the request costs at a target.</param>
/// <param name="metrics">Counts refusals.</param>
internal sealed class BudgetHold(
    BudgetBook book,
    Reservation reservation,
    Budget[] budgets,
    Func<Target, BudgetRequest> forecast,
    GatewayMetrics metrics
) : ITargetHold
{
    public Rejection? TryMoveTo(Target target)
    {
        var request = forecast(target);
        if (BudgetRejection.ForWantOfAPrice(budgets, request, metrics) is { } rejection)
            return rejection;
        return book.TryHold(reservation, budgets, request, out var exhausted)
            ? null
            : BudgetRejection.Exhausted(exhausted!, request, metrics);
    }
}
