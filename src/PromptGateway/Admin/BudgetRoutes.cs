using PromptGateway.Budgets;
using PromptGateway.Keys;

namespace PromptGateway.Admin;

/// <summary><c>/admin/budgets</c>: the budgets in use, and the rules that make them. Budgets of one key are fields of the key.</summary>
internal static class BudgetRoutes
{
    public static void Map(RouteGroupBuilder admin)
    {
        var budgets = admin.MapGroup("/budgets").WithTags("budgets");
        budgets
            .MapGet("", AuditAsync)
            .WithSummary("Every budget that has been used since the start, beside the sum of its ledger rows")
            .Produces<IReadOnlyList<BudgetAudit>>()
            .Problems();
        budgets
            .MapGet("rules", (BudgetOptions options) => TypedResults.Ok(options.Rules.Select(BudgetRuleView.Of)))
            .WithSummary("All rules in force: those of the configuration, which cannot be changed here, and those made here")
            .Produces<IEnumerable<BudgetRuleView>>()
            .Problems();
        budgets.MapGet("rules/{id}", Get).WithSummary("Show a rule that was made here").Produces<BudgetRuleView>().Problems(404);
        budgets
            .MapPut("rules/{id}", PutAsync)
            .WithSummary("Make or replace a rule; what was spent goes on counting")
            .Reads<BudgetRule>()
            .Produces<BudgetRuleView>()
            .Produces<BudgetRuleView>(201)
            .Problems(400, 413, 415);
        budgets.MapDelete("rules/{id}", DeleteAsync).WithSummary("End a rule that was made here").Produces(204).Problems(404);
        RaiseRoutes.Map(budgets);
    }

    private static async Task<IResult> AuditAsync(HttpContext context, BudgetBook budgets, TimeProvider time) =>
        TypedResults.Ok(await budgets.Reports.AuditAsync(time.GetUtcNow(), context.RequestAborted));

    private static IResult Get(string id, StoredRules<BudgetRule> rules) =>
        rules.Current.TryGetValue(id, out var rule) ? TypedResults.Ok(BudgetRuleView.Of(rule with { Id = id })) : AdminProblem.NoRule(id);

    private static async Task<IResult> PutAsync(string id, HttpContext context, StoredRules<BudgetRule> rules, AuditLog audit)
    {
        using var body = await JsonBody.ReadObjectAsync(context) ?? throw NoBody();
        var rule = JsonBody.Deserialize<BudgetRule>(body);
        var faults = rule.Faults();
        if (faults.Any)
            return AdminProblem.Invalid(faults.ByField());
        var isNew = await rules.PutAsync(id, rule, context.RequestAborted);
        audit.RuleChanged(context, isNew ? "created" : "replaced", "budget", id, $"{rule.Scope} {rule.Match}");
        var view = BudgetRuleView.Of(rule with { Id = id });
        return isNew ? TypedResults.Created($"/admin/budgets/rules/{id}", view) : TypedResults.Ok(view);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext context, StoredRules<BudgetRule> rules, AuditLog audit)
    {
        if (!await rules.DeleteAsync(id, context.RequestAborted))
            return AdminProblem.NoRule(id);
        audit.RuleChanged(context, "deleted", "budget", id, "");
        return TypedResults.NoContent();
    }

    private static AdminProblemException NoBody() =>
        new(
            StatusCodes.Status400BadRequest,
            "A JSON body is needed, such as {\"scope\":\"team\",\"match\":\"search\",\"usd\":500,\"per\":\"month\"}."
        );
}
