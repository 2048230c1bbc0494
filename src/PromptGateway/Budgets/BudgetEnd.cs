using PromptGateway.Chat;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>Settles a request's reservation when the request is over, and learns from what it cost.</summary>
internal sealed class BudgetEnd(Reservation reservation, UsageTally tally, TokenForecast forecast) : RequestHold
{
    /// <summary>The budgets hold it: what it uses is theirs. Before, it was refused and has used nothing.</summary>
    public bool IsHeld { get; set; }

    public override void Release()
    {
        if (IsHeld)
        {
            reservation.Used = new BudgetCost(tally.CostNanoUsd, tally.Usage.TotalTokens);
            // By now the prompt itself has gone back to its pool.
            if (tally.Source is UsageSource.Provider or UsageSource.Drained && reservation.Request is { PromptBytes: > 0 } request)
                forecast.Of(request.Caller.Id, tally.Target?.Model).Learn(request.PromptBytes, tally.Usage, tally.OutputTextBytes);
        }
        reservation.Dispose();
    }
}
