namespace PromptGateway.Counters;

/// <summary>News of a counter from another replica.</summary>
/// <param name="Counter">Its name.</param>
/// <param name="Returned">Something came back to the bank; otherwise the other one is short.</param>
internal readonly record struct CounterSignal(string Counter, bool Returned);
