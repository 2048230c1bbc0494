namespace PromptGateway.Budgets;

/// <summary>Spend on one model: nano-dollars over the rows with a known price, tokens over all.</summary>
internal sealed record ModelSpend(string? RequestedModel, string? UpstreamModel, long NanoUsd, long Tokens);
