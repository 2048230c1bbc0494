using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using PromptGateway.Budgets;
using PromptGateway.Keys;

namespace PromptGateway.Admin;

/// <summary>Raises: <c>/admin/budgets/{id}/raise</c> and <c>/admin/budgets/raises</c>.</summary>
internal static class RaiseRoutes
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static void Map(RouteGroupBuilder budgets)
    {
        budgets
            .MapGet("raises", List)
            .WithSummary("All raises, those that are over too until they are withdrawn")
            .Produces<IEnumerable<RaiseView>>()
            .Problems();
        budgets
            .MapPost("{id}/raise", RaiseAsync)
            .WithSummary("Give a budget more until a moment; then it is what it was")
            .Reads<RaiseRequest>()
            .Produces<RaiseView>(201)
            .Problems(400, 404, 413, 415);
        budgets.MapDelete("raises/{id}", WithdrawAsync).WithSummary("End a raise at once").Produces(204).Problems(404);
    }

    private static Ok<IEnumerable<RaiseView>> List(StoredRules<BudgetRaise> raises, TimeProvider time) =>
        TypedResults.Ok(
            raises.Current.OrderBy(raise => raise.Value.Until).Select(raise => RaiseView.Of(raise.Key, raise.Value, time.GetUtcNow()))
        );

    private static async Task<IResult> RaiseAsync(
        string id,
        HttpContext context,
        BudgetBook book,
        StoredRules<BudgetRaise> raises,
        AuditLog audit,
        TimeProvider time
    )
    {
        using var body = await JsonBody.ReadObjectAsync(context) ?? throw NoBody();
        var (asked, now) = (JsonBody.Deserialize<RaiseRequest>(body), time.GetUtcNow());
        if (book.Reports.Find(id, now) is not { } budget)
            return AdminProblem.Of(
                StatusCodes.Status404NotFound,
                $"No budget '{id}' has been used since the start. GET /admin/budgets and GET /admin/keys/{{id}} list ids."
            );
        var faults = Faults(asked, budget, now);
        if (faults.Any)
            return AdminProblem.Invalid(faults.ByField());
        var raise = new BudgetRaise
        {
            Budget = id,
            Usd = asked.Usd,
            Tokens = asked.Tokens,
            Until = asked.Until!.Value,
            CreatedAt = now,
        };
        var raiseId = "raise_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        await raises.PutAsync(raiseId, raise, context.RequestAborted);
        audit.RuleChanged(context, "raised", "budget", id, $"{raiseId}: {asked.Usd ?? asked.Tokens} {budget.Unit} until {raise.Until:O}");
        return TypedResults.Created($"/admin/budgets/raises/{raiseId}", RaiseView.Of(raiseId, raise, now));
    }

    private static async Task<IResult> WithdrawAsync(string id, HttpContext context, StoredRules<BudgetRaise> raises, AuditLog audit)
    {
        if (!await raises.DeleteAsync(id, context.RequestAborted))
            return AdminProblem.Of(StatusCodes.Status404NotFound, $"There is no raise '{id}'.");
        audit.RuleChanged(context, "withdrawn", "raise", id, "");
        return TypedResults.NoContent();
    }

    private static KeyErrors Faults(RaiseRequest asked, BudgetState budget, DateTimeOffset now)
    {
        var faults = new KeyErrors();
        faults.Require(
            budget.Unit == "usd" ? asked is { Usd: > 0 and <= 1_000_000_000, Tokens: null } : asked is { Tokens: > 0, Usd: null },
            budget.Unit,
            $"must be more than 0, and the only amount: the budget counts {budget.Unit}"
        );
        faults.Require(asked.Usd is null || decimal.Round(asked.Usd.Value, 9) == asked.Usd, "usd", "must have no more than 9 decimals");
        faults.Require(asked.Tokens is null or <= 1_000_000_000_000_000, "tokens", "must be at most 1000000000000000");
        faults.Require(
            asked.Until > now && asked.Until <= now + Longest,
            "until",
            $"must be in the future, within {Longest.TotalDays:0} days"
        );
        return faults;
    }

    private static AdminProblemException NoBody() =>
        new(StatusCodes.Status400BadRequest, "A JSON body is needed, such as {\"usd\":50,\"until\":\"2026-12-01T00:00:00Z\"}.");
}
