namespace PromptGateway.Budgets;

/// <summary>What is held of one budget, and in which period.</summary>
internal readonly record struct ReservedPart(Budget Budget, DateTimeOffset? Period, long Amount);
