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

    private Task ReserveAsync(HttpContext context, Reservation reservation, UsageTally tally, GatewayEndpoint endpoint)
    {
        var caller = context.Noun<Caller>();
        var open = reservation.Request!;
        var end = new BudgetEnd(reservation, tally, forecast);
        tally.Hold(end);
        if (book.AsksForSession(caller))
        {
            if (ClientSession.Find(context.Request.Headers) is not { } session)
                return context.RejectAsync(BudgetRejection.NoSession);
            tally.Session = open.Session = ClientSession.Pseudonym(caller.Id, session);
        }
        var ask = new BudgetAsk(context, caller, endpoint, tally, reservation, end);
        var found = book.ForAsync(caller, tally.ArrivedAt, context.RequestAborted, open.Session, reservation);
        // Nearly always they are known, and nobody else is to be asked.
        return found.IsCompletedSuccessfully ? ReserveAsync(ask, found.Result) : FindAsync(ask, found);
    }

    private async Task FindAsync(BudgetAsk ask, ValueTask<Budget[]?> found)
    {
        Budget[]? budgets;
        try
        {
            budgets = await found;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "The ledger cannot be read; requests that need a budget are refused");
            await ask.Context.RejectAsync(BudgetRejection.Unavailable);
            return;
        }
        await ReserveAsync(ask, budgets);
    }

    private Task ReserveAsync(in BudgetAsk ask, Budget[]? budgets)
    {
        if (budgets is null)
            return ask.Context.RejectAsync(BudgetRejection.TooManySessions);
        ask.Tally.FallbackPrice = options.UnknownPrice;
        var request = Forecast(in ask, budgets, ask.Context.Noun<TargetList>()[0]);
        if (BudgetRejection.ForWantOfAPrice(budgets, request, metrics) is { } rejection)
            return ask.Context.RejectAsync(rejection);
        var reserved = book.ReserveAsync(ask.Reservation, budgets, request, ask.Context.RequestAborted);
        return reserved.IsCompletedSuccessfully
            ? GoOnAsync(in ask, budgets, in request, reserved.Result)
            : AwaitAsync(ask, budgets, request, reserved);
    }

    private async Task AwaitAsync(BudgetAsk ask, Budget[] budgets, BudgetRequest request, ValueTask<ReserveResult> reserved) =>
        await GoOnAsync(in ask, budgets, in request, await reserved);

    private Task GoOnAsync(in BudgetAsk ask, Budget[] budgets, in BudgetRequest request, ReserveResult result)
    {
        if (!result.IsHeld)
            return ask.Context.RejectAsync(
                result.IsOffline ? BudgetRejection.Unavailable : BudgetRejection.Exhausted(result.Exhausted!, request, metrics)
            );
        ask.End.IsHeld = true;
        ask.Context.SetNoun(ask.Reservation);
        if (ask.Context.Noun<TargetList>().Count > 1)
            TargetHolds.Add(ask.Context, Hold(ask, budgets));
        if (ask.Prompt is { Stream: true } prompt && StopsStreams(ask.Reservation))
            ask.Context.SetNoun<IOutputAllowance>(
                new StreamAllowance(book, ask.Reservation, prompt, ask.Endpoint.Operation, forecast, ask.Caller.Id, ask.Tally, time)
            );
        return next(ask.Context);
    }

    private BudgetHold Hold(BudgetAsk ask, Budget[] budgets) =>
        new(book, ask.Reservation, budgets, target => Forecast(in ask, budgets, target), metrics);

    private static bool StopsStreams(Reservation reservation)
    {
        foreach (var part in reservation.Parts)
            if (part.Budget.Limit.Spec.StopStreams)
                return true;
        return false;
    }

    private BudgetRequest Forecast(in BudgetAsk ask, Budget[] budgets, Target target)
    {
        var expected = CostForecast.Expected(target, ask.Prompt, forecast.Of(ask.Caller.Id, target.Model), options.UnknownPrice);
        var worst = AnyStrict(budgets) ? Worst(target, ask.Prompt, ask.Endpoint.Operation, budgets) : expected;
        return new BudgetRequest(ask.Reservation.Request!.Requested, target.Model, ask.Tally.ArrivedAt, expected, worst);
    }

    private static bool AnyStrict(Budget[] budgets)
    {
        foreach (var budget in budgets)
            if (IsStrict(budget))
                return true;
        return false;
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
            && AreFarFromTheCap(budgets, bound)
        )
            return bound;
        return CostForecast.Worst(target, prompt, operation, options.UnknownPrice);
    }

    private static bool AreFarFromTheCap(Budget[] budgets, BudgetCost bound)
    {
        foreach (var budget in budgets)
            if (IsStrict(budget) && bound.Of(budget) > budget.Remaining / FarFromTheCap)
                return false;
        return true;
    }

    private static bool IsStrict(Budget budget) => budget.Limit.Spec.Mode == "strict";
}
