using System.Threading.Channels;
using PromptGateway.Metrics;

namespace PromptGateway.Budgets;

/// <summary>
/// Says in log and metrics that a share of a budget is used up, once a share and period, and hands it to <see cref="AlertSender"/>.
/// Never waits: it is called under the lock of the book.
/// </summary>
internal sealed class BudgetAlerts(BudgetOptions options, GatewayMetrics metrics, TimeProvider time, ILogger<BudgetAlerts> log)
{
    /// <summary>Alerts that wait to be stored; more than that at once means that the database is away.</summary>
    private const int MostWaiting = 1000;
    private readonly Channel<BudgetAlert> _waiting = Channel.CreateBounded<BudgetAlert>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );

    public ChannelReader<BudgetAlert> Waiting => _waiting.Reader;

    public void Reached(Budget budget, int share)
    {
        metrics.BudgetThreshold(budget.Limit.Scope.Name(), share);
        var alert = BudgetAlert.Of(budget, share, time.GetUtcNow());
        log.LogWarning(
            "{Share} % of the {Mode} budget of {Owner} is used: {Spent} of {Amount} {Unit} per {Per}",
            share,
            alert.Budget.Mode,
            alert.Owner,
            alert.Budget.Spent,
            alert.Budget.Amount,
            alert.Budget.Unit,
            alert.Budget.Per
        );
        if (options.Webhook is not null && !_waiting.Writer.TryWrite(alert))
            metrics.Limits.AlertEnded("dropped");
    }
}
