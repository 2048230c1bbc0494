namespace PromptGateway.Metrics;

/// <summary>A budget at this moment, for its gauges. Amounts are nano-dollars or tokens.</summary>
/// <param name="Owner">Name of the key or team; <c>gateway</c>.</param>
/// <param name="Scope"><c>key</c>, <c>team</c>, <c>gateway</c>.</param>
/// <param name="Per"><c>total</c>, <c>day</c>, <c>week</c>, <c>month</c>.</param>
/// <param name="IsMoney">Nano-dollars; else tokens.</param>
/// <param name="Spent">In the present period.</param>
/// <param name="Limit">Raises included.</param>
/// <param name="Reserved">Held by requests in flight.</param>
internal readonly record struct BudgetReading(string Owner, string Scope, string Per, bool IsMoney, long Spent, long Limit, long Reserved);
