using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Keys;
using PromptGateway.Prompts;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>
/// Reserves what the request may cost from all budgets that apply, or refuses with 429. Leaves a <see cref="Reservation"/> behind,
/// which is settled with what the ledger books, however the request ended.
/// </summary>
internal sealed class BudgetStage(
    RequestDelegate next,
    BudgetBook book,
    BudgetOptions options,
    TokenForecast forecast,
    ILogger<BudgetStage> log
)
{
    public Task InvokeAsync(HttpContext context)
    {
        var caller = context.Noun<Caller>();
        var endpoint = context.Noun<GatewayEndpoint>();
        return !book.Concerns(caller) || IsFree(endpoint) ? next(context) : ReserveAsync(context, caller, endpoint);
    }

    /// <summary>Nothing is generated: the ledger books nothing either.</summary>
    private static bool IsFree(GatewayEndpoint endpoint) =>
        endpoint.OnlyStores || endpoint.Operation is Operation.CountTokens or Operation.ResponsesInputTokens or Operation.Models;

    private async Task ReserveAsync(HttpContext context, Caller caller, GatewayEndpoint endpoint)
    {
        var tally = context.Noun<UsageTally>();
        Budget[] budgets;
        try
        {
            budgets = await book.ForAsync(caller, tally.ArrivedAt, context.RequestAborted);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "The ledger cannot be read; requests that need a budget are refused");
            await context.RejectAsync(BudgetRejection.Unavailable);
            return;
        }
        tally.FallbackPrice = options.UnknownPrice;
        var request = Forecast(context, caller, endpoint, budgets, tally.ArrivedAt);
        if (request.Expected.NanoUsd is null && Array.Exists(budgets, budget => NeedsPrice(budget, request)))
        {
            await context.RejectAsync(BudgetRejection.NoPrice(request.Requested));
            return;
        }
        using var reservation = book.TryReserve(budgets, request, out var exhausted);
        if (reservation is null)
            await context.RejectAsync(Refusal(exhausted!, request));
        else
            await RunAsync(context, reservation, tally);
    }

    private BudgetRequest Forecast(HttpContext context, Caller caller, GatewayEndpoint endpoint, Budget[] budgets, DateTimeOffset at)
    {
        var targets = context.Noun<TargetList>();
        var prompt = context.FindNoun<Prompt>();
        var expected = CostForecast.Expected(targets, prompt, forecast.Of(caller.Id, targets[0].Model), options.UnknownPrice);
        // Counting costs a millisecond for a long prompt: only strict budgets need it.
        var worst = Array.Exists(budgets, budget => budget.Limit.Spec.Mode == "strict")
            ? CostForecast.Worst(targets, prompt, endpoint.Operation, options.UnknownPrice)
            : expected;
        return new BudgetRequest(context.FindNoun<RequestedModel>()?.Name, targets[0].Model, at, expected, worst);
    }

    private static bool NeedsPrice(Budget budget, BudgetRequest request) =>
        budget.Limit.IsMoney && budget.Limit.Spec.Mode != "soft" && budget.AppliesTo(request.Requested, request.Upstream);

    private async Task RunAsync(HttpContext context, Reservation reservation, UsageTally tally)
    {
        context.SetNoun(reservation);
        try
        {
            await next(context);
        }
        finally
        {
            reservation.Used = new BudgetCost(tally.CostNanoUsd, tally.Usage.TotalTokens);
            if (tally.Source is UsageSource.Provider or UsageSource.Drained && context.FindNoun<Prompt>() is { } prompt)
                forecast.Of(context.Noun<Caller>().Id, context.Noun<TargetList>()[0].Model).Learn(prompt.SentLength, tally.Usage);
        }
    }

    private static Rejection Refusal(Budget exhausted, BudgetRequest request) =>
        BudgetRejection.Exhausted(
            exhausted.Limit,
            BudgetState.Of(exhausted),
            request.CostFor(exhausted) / (exhausted.Limit.IsMoney ? 1_000_000_000m : 1m)
        );
}
