using System.Globalization;
using PromptGateway.Chat;

namespace PromptGateway.Budgets;

/// <summary>Why a request is not paid for.</summary>
internal static class BudgetRejection
{
    public const string Code = "insufficient_quota";

    public static Rejection Exhausted(BudgetLimit limit, BudgetState state, decimal needed)
    {
        var per = limit.Spec.Per == "total" ? "in total" : "per " + limit.Spec.Per;
        var reset = state.ResetsAt is { } at ? $"It resets at {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}." : "It does not reset.";
        var text =
            $"The budget of {Owner(limit)} ({Amount(state.Amount, state.Unit)} {per}) has no room for this request: "
            + $"{Amount(state.Spent, state.Unit)} spent, {Amount(state.Reserved, state.Unit)} held by requests in flight, "
            + $"up to {Amount(needed, state.Unit)} needed. {reset}";
        return new Rejection(429, Code, Code, text) { ShouldRetry = false };
    }

    public static Rejection NoPrice(string? model) =>
        new(
            429,
            Code,
            Code,
            $"The price of '{model ?? "this request"}' is not known, and a budget applies that could not be kept. "
                + "Use a model with a known price, or let the operator set Budgets:UnknownPrice."
        )
        {
            ShouldRetry = false,
        };

    public static readonly Rejection Unavailable = new(
        503,
        "server_error",
        "budget_unavailable",
        "The budget cannot be checked at the moment. Try again shortly."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static string Owner(BudgetLimit limit) =>
        limit.Scope switch
        {
            BudgetScope.Key => $"the key '{limit.Shown}'",
            BudgetScope.Team => $"the team '{limit.Shown}'",
            _ => "the whole gateway",
        } + (limit.Spec.Models is { Count: > 0 } models ? $" for {string.Join(", ", models)}" : "");

    private static string Amount(decimal amount, string unit) =>
        unit == "usd"
            ? "$" + amount.ToString("0.00#######", CultureInfo.InvariantCulture)
            : amount.ToString("0", CultureInfo.InvariantCulture) + " tokens";
}
