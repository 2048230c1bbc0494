using System.Globalization;
using PromptGateway.Chat;
using PromptGateway.Keys;
using PromptGateway.Metrics;

namespace PromptGateway.Budgets;

/// <summary>Why a request is not paid for.</summary>
internal static class BudgetRejection
{
    public const string Code = "insufficient_quota";

    public static Rejection Exhausted(Budget exhausted, in BudgetRequest request, GatewayMetrics metrics)
    {
        var (limit, state) = (exhausted.Limit, BudgetState.Of(exhausted));
        metrics.Limits.Refused(limit.Scope.Name(), limit.IsMoney ? "usd" : "budget_tokens");
        var needed = request.CostFor(exhausted) / (limit.IsMoney ? 1_000_000_000m : 1m);
        var text =
            $"The budget of {Owner(limit)} ({Amount(state.Amount, state.Unit)} {Per(limit)}) has no room for this request: "
            + $"{Amount(state.Spent, state.Unit)} spent, {Amount(state.Reserved, state.Unit)} held by requests in flight, "
            + $"up to {Amount(needed, state.Unit)} needed. {Reset(state)}";
        if (state.Spent + state.Reserved < state.Amount)
            text += " A request with a lower limit on its answer (max_tokens or the like) needs less.";
        return new Rejection(429, Code, Code, text) { ShouldRetry = false };
    }

    /// <summary>Null when the price is known, or no budget needs it.</summary>
    public static Rejection? ForWantOfAPrice(Budget[] budgets, BudgetRequest request, GatewayMetrics metrics)
    {
        if (request.Expected.NanoUsd is not null)
            return null;
        var first = Array.Find(
            budgets,
            budget => budget.Limit.IsMoney && budget.Limit.Spec.Mode != "soft" && budget.AppliesTo(request.Requested, request.Upstream)
        );
        if (first is null)
            return null;
        metrics.Limits.Refused(first.Limit.Scope.Name(), "unknown_price");
        var text =
            $"The price of '{request.Requested ?? "this request"}' is not known, and a budget applies that could not be kept. "
            + "Use a model with a known price, or let the operator set Budgets:UnknownPrice.";
        return new Rejection(429, Code, Code, text) { ShouldRetry = false };
    }

    /// <summary>For a stream that is ended where its budget ends.</summary>
    public static Rejection Stopped(Budget exhausted)
    {
        var (limit, state) = (exhausted.Limit, BudgetState.Of(exhausted));
        var text =
            $"The answer was stopped: the budget of {Owner(limit)} ({Amount(state.Amount, state.Unit)} {Per(limit)}) is used up. "
            + Reset(state);
        return new Rejection(429, Code, Code, text) { ShouldRetry = false };
    }

    public static readonly Rejection Unavailable = new(
        503,
        "server_error",
        "budget_unavailable",
        "The budget cannot be checked at the moment. Try again shortly."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly Rejection NoSession = Rejection.BadRequest(
        "session_required",
        $"This key has a budget for each session, and the request names none. Send the header {ClientSession.Header} with an id of the "
            + $"conversation, 1 to {ClientSession.Longest} characters, the same for all its requests."
    );

    /// <summary>More sessions are in use than are kept in memory.</summary>
    public static readonly Rejection TooManySessions = new(
        429,
        "rate_limit_error",
        "too_many_sessions",
        "Too many sessions are in use at once. Idle ones make room within minutes; go on with a session that is there, or try again later."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(10),
    };

    public static string Owner(BudgetLimit limit) =>
        limit.Scope switch
        {
            BudgetScope.Key => $"the key '{limit.Shown}'",
            BudgetScope.Team => $"the team '{limit.Shown}'",
            BudgetScope.Session => $"this session of the key '{limit.Shown}'",
            _ => "the whole gateway",
        } + (limit.Spec.Models is { Count: > 0 } models ? $" for {string.Join(", ", models)}" : "");

    private static string Per(BudgetLimit limit) => limit.Spec.Per is "total" or "session" ? "in total" : "per " + limit.Spec.Per;

    private static string Reset(BudgetState state) =>
        state.ResetsAt is { } at ? $"It resets at {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}." : "It does not reset.";

    private static string Amount(decimal amount, string unit) =>
        unit == "usd"
            ? "$" + amount.ToString("0.00#######", CultureInfo.InvariantCulture)
            : amount.ToString("0", CultureInfo.InvariantCulture) + " tokens";
}
