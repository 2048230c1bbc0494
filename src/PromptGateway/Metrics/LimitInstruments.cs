using System.Diagnostics.Metrics;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace PromptGateway.Metrics;

/// <summary>What limits and budgets say about themselves. Gauges are read from the rooms that hold the values, when somebody collects.</summary>
internal sealed class LimitInstruments
{
    /// <summary>Owners of budgets that have series of their own; the rest is summed up as <see cref="BoundedLabels.Other"/>.</summary>
    private const int MostOwners = 200;
    private readonly Counter<long> _refusals;
    private readonly Histogram<double> _queueWait;
    private readonly Counter<long> _alerts;
    private readonly BoundedLabels _owners = new(MostOwners);
    private Func<IEnumerable<LimitHeadroom>>? _headroom;
    private Func<long>? _queue;
    private Func<IEnumerable<BudgetReading>>? _budgets;

    public LimitInstruments(Meter meter)
    {
        _refusals = meter.CreateCounter<long>(
            "promptgateway.limit.refusals",
            "{request}",
            "Requests refused for a limit or a budget, by whose and by what it counts."
        );
        _queueWait = meter.CreateHistogram(
            "promptgateway.limit.queue.wait",
            "s",
            "Time that requests waited for room in a limit, whether they got it or not.",
            advice: Buckets.QueueWait
        );
        _alerts = meter.CreateCounter<long>(
            "promptgateway.budget.alerts",
            "{alert}",
            "Alerts for the webhook of budgets, by what became of them."
        );
        meter.CreateObservableGauge(
            "promptgateway.limit.headroom",
            Headroom,
            "1",
            "Smallest share left of any limit, by whose and by what it counts."
        );
        meter.CreateObservableGauge("promptgateway.limit.queue", Queue, "{request}", "Requests waiting for room in a limit.");
        CreateBudgetGauge(meter, "spent", "Spent in the present period.", reading => reading.Spent);
        CreateBudgetGauge(meter, "limit", "The amount of the budget, raises included.", reading => reading.Limit);
        CreateBudgetGauge(meter, "reserved", "Held by requests in flight.", reading => reading.Reserved);
    }

    /// <param name="scope">Whose it is: <c>key</c>, <c>team</c>, <c>model</c>, <c>upstream</c>, <c>gateway</c>.</param>
    /// <param name="kind"><c>requests</c>, <c>tokens</c>, <c>concurrent</c>; of budgets <c>usd</c>, <c>budget_tokens</c>, <c>unknown_price</c>.</param>
    public void Refused(string scope, string kind) => _refusals.Add(1, new Tag("scope", scope), new Tag("kind", kind));

    /// <param name="scope">Of the limit that was waited for.</param>
    /// <param name="wait">How long.</param>
    /// <param name="admitted">False when time or patience ran out.</param>
    public void Waited(string scope, TimeSpan wait, bool admitted) =>
        _queueWait.Record(wait.TotalSeconds, new Tag("scope", scope), new Tag("result", admitted ? "admitted" : "refused"));

    /// <param name="result"><c>delivered</c>, <c>failed</c> or <c>dropped</c>.</param>
    public void AlertEnded(string result) => _alerts.Add(1, new Tag("result", result));

    public void ReadHeadroom(Func<IEnumerable<LimitHeadroom>> read) => Volatile.Write(ref _headroom, read);

    public void ReadQueue(Func<long> read) => Volatile.Write(ref _queue, read);

    public void ReadBudgets(Func<IEnumerable<BudgetReading>> read) => Volatile.Write(ref _budgets, read);

    private IEnumerable<Measurement<double>> Headroom() =>
        (Volatile.Read(ref _headroom)?.Invoke() ?? [])
            .GroupBy(reading => (reading.Scope, reading.Kind))
            .Select(group => new Measurement<double>(
                group.Min(reading => reading.Share),
                new Tag("scope", group.Key.Scope),
                new Tag("kind", group.Key.Kind)
            ));

    private IEnumerable<Measurement<long>> Queue() => Volatile.Read(ref _queue) is { } read ? [new(read())] : [];

    private void CreateBudgetGauge(Meter meter, string name, string description, Func<BudgetReading, long> value)
    {
        meter.CreateObservableGauge($"promptgateway.budget.{name}.usd", () => Dollars(value), "usd", description);
        meter.CreateObservableGauge($"promptgateway.budget.{name}.tokens", () => Tokens(value), "{token}", description);
    }

    private IEnumerable<Measurement<double>> Dollars(Func<BudgetReading, long> value) =>
        Budgets(money: true, value).Select(sum => new Measurement<double>(sum.Value / 1e9, sum.Tags));

    private IEnumerable<Measurement<long>> Tokens(Func<BudgetReading, long> value) =>
        Budgets(money: false, value).Select(sum => new Measurement<long>(sum.Value, sum.Tags));

    /// <summary>Owners past the bound share a label: what they hold is added up, since a series may have one value only.</summary>
    private IEnumerable<(long Value, Tag[] Tags)> Budgets(bool money, Func<BudgetReading, long> value) =>
        (Volatile.Read(ref _budgets)?.Invoke() ?? [])
            .Where(reading => reading.IsMoney == money)
            .GroupBy(reading => (Owner: _owners.Of(reading.Owner), reading.Scope, reading.Per))
            .Select(group =>
                (group.Sum(value), new Tag[] { new("budget", group.Key.Owner), new("scope", group.Key.Scope), new("per", group.Key.Per) })
            );
}
