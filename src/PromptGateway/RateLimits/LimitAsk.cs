using PromptGateway.Endpoints;
using PromptGateway.Keys;
using PromptGateway.Prompts;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.RateLimits;

/// <summary>A request that asks for room, and of whom.</summary>
internal readonly record struct LimitAsk(HttpContext Context, Caller Caller, Target Target, RateLimitGroup[] Groups, TokenHabit Habit)
{
    public Prompt? Prompt { get; } = Context.FindNoun<Prompt>();
}
