using PromptGateway.Chat;
using PromptGateway.Keys;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>
/// What has to be known of a request to reserve for it afterwards, when a budget is made while it is under way. Holds nothing that is
/// pooled.
/// </summary>
/// <param name="RequestId">As its ledger row will have it.</param>
/// <param name="Caller">Who pays.</param>
/// <param name="Target">The first one.</param>
/// <param name="Requested">Model as the client names it.</param>
/// <param name="At">When it arrived.</param>
/// <param name="PromptBytes">Of the body that goes upstream.</param>
/// <param name="MaxOutputTokens">The client's own cap; null: none.</param>
/// <param name="Choices">How many answers are asked for.</param>
/// <param name="Operation">What it is.</param>
internal sealed record OpenRequest(
    string RequestId,
    Caller Caller,
    Target Target,
    string? Requested,
    DateTimeOffset At,
    int PromptBytes,
    long? MaxOutputTokens,
    long Choices,
    Operation Operation
)
{
    /// <summary>Pseudonym of its session, where one was asked for.</summary>
    public string? Session { get; set; }

    /// <summary>What budgets would have been asked: as forecast by its size, since its text may be gone.</summary>
    public BudgetRequest Forecast(TokenHabit habit, ModelPrice? fallback) =>
        new(Requested, Target.Model, At, CostForecast.Expected(this, habit, fallback), CostForecast.Worst(this, fallback));

    public bool IsOf(BudgetLimit limit) =>
        limit.Scope switch
        {
            BudgetScope.Key => Caller.Id == limit.Subject,
            BudgetScope.Team => Caller.Team == limit.Subject,
            BudgetScope.Session => Session == limit.Subject,
            _ => true,
        };
}
