namespace PromptGateway.Counters;

/// <summary>Where a counter begins to count what it tells the bank, which takes only what rises.</summary>
/// <param name="Sequence">Of requests.</param>
/// <param name="Booked">What is booked.</param>
internal readonly record struct LeaseOrigin(long Sequence, long Booked);
