using PromptGateway.Endpoints;
using PromptGateway.Prompts.Asking;

namespace PromptGateway.Usage;

/// <summary>What a question of the optimizer was booked at: what its own row says.</summary>
internal sealed class AskBooks : IAskBooks
{
    public AskCost CostOf(HttpContext finished) =>
        finished.FindNoun<UsageTally>() is { } tally ? new AskCost(tally.CostNanoUsd, tally.Usage.TotalTokens) : default;
}
