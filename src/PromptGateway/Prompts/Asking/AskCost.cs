namespace PromptGateway.Prompts.Asking;

/// <summary>What a question cost: as booked on the ledger.</summary>
/// <param name="NanoUsd">Null: the price is not known.</param>
/// <param name="Tokens">In and out.</param>
internal readonly record struct AskCost(long? NanoUsd, long Tokens);
