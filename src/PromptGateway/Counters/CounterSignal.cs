namespace PromptGateway.Counters;

/// <summary>News of a counter from another replica.</summary>
/// <param name="From">The replica.</param>
/// <param name="Counter">Name of the counter.</param>
/// <param name="Returned">Something came back to the bank; otherwise the other one is short.</param>
internal readonly record struct CounterSignal(string From, string Counter, bool Returned);
