using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Keys;
using PromptGateway.Metrics;
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
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<BudgetStage> log
)
{
    /// <summary>So many requests like this one fit.</summary>
    private const int FarFromTheCap = 64;

    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.Noun<GatewayEndpoint>();
        if (IsFree(endpoint))
            return next(context);
        var tally = context.Noun<UsageTally>();
        var reservation = book.Enter(Describe(context, endpoint, tally), out var concerned);
        tally.Booking = reservation;
        return concerned ? ReserveAsync(context, reservation, tally, endpoint) : next(context);
    }

    /// <summary>Nothing is generated: the ledger books nothing either.</summary>
    private static bool IsFree(GatewayEndpoint endpoint) =>
        endpoint.OnlyStores || endpoint.Operation is Operation.CountTokens or Operation.ResponsesInputTokens or Operation.Models;

    private static OpenRequest Describe(HttpContext context, GatewayEndpoint endpoint, UsageTally tally)
    {
        var prompt = context.FindNoun<Prompt>();
        return new OpenRequest(
            context.TraceIdentifier,
            context.Noun<Caller>(),
            context.Noun<TargetList>()[0],
            context.FindNoun<RequestedModel>()?.Name,
            tally.ArrivedAt,
            prompt?.SentLength ?? 0,
            prompt?.MaxOutputTokens,
            prompt?.Choices ?? 1,
            endpoint.Operation
        );
    }

    private async Task ReserveAsync(HttpContext context, Reservation reservation, UsageTally tally, GatewayEndpoint endpoint)
    {
        using var _ = reservation;
        var caller = context.Noun<Caller>();
        var open = reservation.Request!;
        if (book.AsksForSession(caller))
        {
            if (ClientSession.Find(context.Request.Headers) is not { } session)
            {
                await context.RejectAsync(BudgetRejection.NoSession);
                return;
            }
            tally.Session = open.Session = ClientSession.Pseudonym(caller.Id, session);
        }
        Budget[]? budgets;
        try
        {
            budgets = await book.ForAsync(caller, tally.ArrivedAt, context.RequestAborted, open.Session);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "The ledger cannot be read; requests that need a budget are refused");
            await context.RejectAsync(BudgetRejection.Unavailable);
            return;
        }
        if (budgets is null)
        {
            await context.RejectAsync(BudgetRejection.TooManySessions);
            return;
        }
        tally.FallbackPrice = options.UnknownPrice;
        var targets = context.Noun<TargetList>();
        var request = Forecast(context, caller, endpoint, budgets, targets[0]);
        if (BudgetRejection.ForWantOfAPrice(budgets, request, metrics) is { } rejection)
        {
            await context.RejectAsync(rejection);
            return;
        }
        var (isHeld, exhausted, isOffline) = await book.ReserveAsync(reservation, budgets, request, context.RequestAborted);
        if (!isHeld)
        {
            await context.RejectAsync(isOffline ? BudgetRejection.Unavailable : BudgetRejection.Exhausted(exhausted!, request, metrics));
            return;
        }
        if (targets.Count > 1)
            TargetHolds.Add(
                context,
                new BudgetHold(book, reservation, budgets, target => Forecast(context, caller, endpoint, budgets, target), metrics)
            );
        await RunAsync(context, reservation, tally, endpoint);
    }

    private BudgetRequest Forecast(HttpContext context, Caller caller, GatewayEndpoint endpoint, Budget[] budgets, Target target)
    {
        var prompt = context.FindNoun<Prompt>();
        var expected = CostForecast.Expected(target, prompt, forecast.Of(caller.Id, target.Model), options.UnknownPrice);
        var worst = Array.Exists(budgets, IsStrict) ? Worst(target, prompt, endpoint.Operation, budgets) : expected;
        var model = context.FindNoun<RequestedModel>()?.Name;
        return new BudgetRequest(model, target.Model, context.Noun<UsageTally>().ArrivedAt, expected, worst);
    }

    /// <summary>
    /// Counting costs 20 us for a short prompt and a millisecond for a long one. Far from its cap a strict budget can hold more than it
    /// must for the time of a request.
    /// </summary>
    private BudgetCost Worst(Target target, Prompt? prompt, Operation operation, Budget[] budgets)
    {
        if (
            prompt is not null
            && CostForecast.WorstByBytes(target, prompt, operation, options.UnknownPrice) is { } bound
            && !Array.Exists(budgets, budget => IsStrict(budget) && bound.Of(budget) > budget.Remaining / FarFromTheCap)
        )
            return bound;
        return CostForecast.Worst(target, prompt, operation, options.UnknownPrice);
    }

    private static bool IsStrict(Budget budget) => budget.Limit.Spec.Mode == "strict";

    private async Task RunAsync(HttpContext context, Reservation reservation, UsageTally tally, GatewayEndpoint endpoint)
    {
        context.SetNoun(reservation);
        var prompt = context.FindNoun<Prompt>();
        if (prompt is { Stream: true } && Array.Exists(reservation.Parts, part => part.Budget.Limit.Spec.StopStreams))
            context.SetNoun<IOutputAllowance>(
                new StreamAllowance(book, reservation, prompt, endpoint.Operation, forecast, context.Noun<Caller>().Id, tally, time)
            );
        try
        {
            await next(context);
        }
        finally
        {
            reservation.Used = new BudgetCost(tally.CostNanoUsd, tally.Usage.TotalTokens);
            if (tally.Source is UsageSource.Provider or UsageSource.Drained && prompt is not null)
                forecast.Of(context.Noun<Caller>().Id, tally.Target?.Model).Learn(prompt.SentLength, tally.Usage, tally.OutputTextBytes);
        }
    }
}
