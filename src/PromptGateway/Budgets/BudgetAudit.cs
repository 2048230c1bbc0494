namespace PromptGateway.Budgets;

/// <summary>A budget beside the ledger.</summary>
/// <param name="Owner">Whose it is, for people.</param>
/// <param name="Budget">As the gateway counts it.</param>
/// <param name="Ledger">Sum of the ledger's rows of the same period, in the same unit.</param>
/// <param name="Balanced">True when both agree.</param>
internal sealed record BudgetAudit(string Owner, BudgetState Budget, decimal Ledger, bool Balanced);
