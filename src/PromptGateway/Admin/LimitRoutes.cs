using PromptGateway.Keys;
using PromptGateway.RateLimits;

namespace PromptGateway.Admin;

/// <summary><c>/admin/limits</c>: rules of limits, in force at once. Limits of one key are fields of the key.</summary>
internal static class LimitRoutes
{
    public static void Map(RouteGroupBuilder admin)
    {
        var limits = admin.MapGroup("/limits").WithTags("limits");
        limits
            .MapGet("", (RateLimitOptions options) => TypedResults.Ok(options.Rules.Select(LimitRuleView.Of)))
            .WithSummary("All rules in force: those of the configuration, which cannot be changed here, and those made here")
            .Produces<IEnumerable<LimitRuleView>>()
            .Problems();
        limits.MapGet("{id}", Get).WithSummary("Show a rule that was made here").Produces<LimitRuleView>().Problems(404);
        limits
            .MapPut("{id}", PutAsync)
            .WithSummary("Make or replace a rule; what was counted goes on counting")
            .Reads<RateLimitRule>()
            .Produces<LimitRuleView>()
            .Produces<LimitRuleView>(201)
            .Problems(400, 413, 415);
        limits.MapDelete("{id}", DeleteAsync).WithSummary("End a rule that was made here").Produces(204).Problems(404);
    }

    private static IResult Get(string id, StoredRules<RateLimitRule> rules) =>
        rules.Current.TryGetValue(id, out var rule) ? TypedResults.Ok(LimitRuleView.Of(rule with { Id = id })) : AdminProblem.NoRule(id);

    private static async Task<IResult> PutAsync(string id, HttpContext context, StoredRules<RateLimitRule> rules, AuditLog audit)
    {
        using var body = await JsonBody.ReadObjectAsync(context) ?? throw NoBody();
        var rule = JsonBody.Deserialize<RateLimitRule>(body);
        string[] faults = [.. rule.Validate()];
        if (faults.Length > 0)
            return AdminProblem.Invalid(new Dictionary<string, string[]> { ["rule"] = faults });
        var isNew = await rules.PutAsync(id, rule, context.RequestAborted);
        audit.RuleChanged(context, isNew ? "created" : "replaced", "limit", id, rule.Signature);
        var view = LimitRuleView.Of(rule with { Id = id });
        return isNew ? TypedResults.Created($"/admin/limits/{id}", view) : TypedResults.Ok(view);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext context, StoredRules<RateLimitRule> rules, AuditLog audit)
    {
        if (!await rules.DeleteAsync(id, context.RequestAborted))
            return AdminProblem.NoRule(id);
        audit.RuleChanged(context, "deleted", "limit", id, "");
        return TypedResults.NoContent();
    }

    private static AdminProblemException NoBody() =>
        new(
            StatusCodes.Status400BadRequest,
            "A JSON body is needed, such as {\"scope\":\"team\",\"match\":\"search\",\"requests\":600,\"per\":\"minute\"}."
        );
}
