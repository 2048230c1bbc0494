namespace PromptGateway.Counters;

/// <summary>A counter that has too little for a request.</summary>
internal readonly record struct Shortage(LeasedCounter Counter, long Cost);
