using PromptGateway.Budgets;

namespace PromptGateway.Admin;

/// <summary><c>/admin/budgets</c>.</summary>
internal static class BudgetRoutes
{
    public static void Map(RouteGroupBuilder admin) =>
        admin
            .MapGet("/budgets", AuditAsync)
            .WithTags("budgets")
            .WithSummary("Every budget that has been used since the start, beside the sum of its ledger rows")
            .Produces<IReadOnlyList<BudgetAudit>>()
            .Problems();

    private static async Task<IResult> AuditAsync(HttpContext context, BudgetBook budgets, TimeProvider time) =>
        TypedResults.Ok(await budgets.AuditAsync(time.GetUtcNow(), context.RequestAborted));
}
