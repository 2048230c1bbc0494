namespace PromptGateway.Budgets;

/// <summary>What came of asking budgets.</summary>
/// <param name="Reservation">What is held; null when it is refused.</param>
/// <param name="Exhausted">Then: the budget that is in the way.</param>
/// <param name="IsOffline">Then: not for want of money, but because the database could not be asked.</param>
internal readonly record struct ReserveResult(Reservation? Reservation, Budget? Exhausted, bool IsOffline);
