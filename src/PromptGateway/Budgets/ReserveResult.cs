namespace PromptGateway.Budgets;

/// <summary>What came of asking budgets.</summary>
/// <param name="IsHeld">The request may go on.</param>
/// <param name="Exhausted">Otherwise: the budget that is in the way.</param>
/// <param name="IsOffline">Then: not for want of money, but because the database could not be asked.</param>
internal readonly record struct ReserveResult(bool IsHeld, Budget? Exhausted, bool IsOffline);
