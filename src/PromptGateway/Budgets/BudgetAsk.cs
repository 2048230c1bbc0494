using PromptGateway.Endpoints;
using PromptGateway.Keys;
using PromptGateway.Prompts;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>A request that asks budgets for room.</summary>
internal readonly record struct BudgetAsk(
    HttpContext Context,
    Caller Caller,
    GatewayEndpoint Endpoint,
    UsageTally Tally,
    Reservation Reservation,
    BudgetEnd End
)
{
    public Prompt? Prompt { get; } = Context.FindNoun<Prompt>();
}
