using Microsoft.AspNetCore.Http.HttpResults;
using PromptGateway.Budgets;
using PromptGateway.Keys;

namespace PromptGateway.Admin;

/// <summary><c>/admin/keys</c>.</summary>
internal static class KeyRoutes
{
    public static void Map(RouteGroupBuilder admin)
    {
        var keys = admin.MapGroup("/keys").WithTags("keys");
        keys.MapPost("", CreateAsync)
            .WithSummary("Create a key; the answer holds its secret, once")
            .Reads<KeyDraft>()
            .Produces<KeyView>(201)
            .Problems(400, 413, 415);
        keys.MapGet("", ListAsync)
            .WithSummary("List keys, declared ones first, then the oldest first")
            .Query("team", "Only keys of this team")
            .Query("status", "active, expired or revoked")
            .Query("offset", "How many to skip; default 0")
            .Query("limit", "How many to give; 1 to 10000, default 1000")
            .Produces<KeyListView>()
            .Problems(400);
        keys.MapGet("{id}", GetAsync).WithSummary("Show a key").Produces<KeyView>().Problems(404);
        keys.MapPatch("{id}", UpdateAsync)
            .WithSummary("Change fields; null clears, absent fields stay")
            .Reads<KeyDraft>()
            .Produces<KeyView>()
            .Problems(400, 404, 409, 413, 415);
        keys.MapDelete("{id}", DeleteAsync)
            .WithSummary("End a key at once and forget it; the ledger keeps its rows")
            .Produces(204)
            .Problems(404, 409);
        keys.MapPost("{id}/revoke", RevokeAsync)
            .WithSummary("End a key at once and keep it visible")
            .Produces<KeyView>()
            .Problems(404, 409);
        keys.MapPost("{id}/rotate", RotateAsync)
            .WithSummary("Give a key a new secret; the present one works for a grace period")
            .Reads<RotateRequest>(required: false)
            .Produces<KeyView>()
            .Problems(400, 404, 409, 413, 415);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, KeyAdministration keys, AuditLog audit, TimeProvider time)
    {
        using var body = await JsonBody.ReadObjectAsync(context) ?? throw NoBody();
        var issued = await keys.CreateAsync(JsonBody.Deserialize<KeyDraft>(body), context.RequestAborted);
        audit.Changed(context, "created", issued.Key);
        return TypedResults.Created($"/admin/keys/{issued.Key.Id}", KeyView.Of(issued, time.GetUtcNow()));
    }

    private static async Task<Ok<KeyListView>> ListAsync(HttpContext context, KeyAdministration keys, TimeProvider time)
    {
        var query = new QueryReader(context.Request.Query);
        var (team, offset, limit) = (
            query.Text("team"),
            query.Number("offset", 0, 0, int.MaxValue),
            query.Number("limit", 1000, 1, 10_000)
        );
        var status = query.Choice(
            "status",
            null,
            new Dictionary<string, string?>
            {
                ["active"] = "active",
                ["expired"] = "expired",
                ["revoked"] = "revoked",
            }
        );
        query.ThrowIfFaulty();
        var now = time.GetUtcNow();
        var all = await keys.ListAsync(context.RequestAborted);
        var matching = all.Select(key => KeyView.Of(key, now))
            .Where(key => (team is null || key.Team == team) && (status is null || key.Status == status))
            .ToList();
        return TypedResults.Ok(new KeyListView([.. matching.Skip(offset).Take(limit)], matching.Count));
    }

    private static async Task<IResult> GetAsync(
        string id,
        HttpContext context,
        KeyAdministration keys,
        BudgetBook budgets,
        TimeProvider time
    )
    {
        if (await keys.FindAsync(id, context.RequestAborted) is not { } key)
            return AdminProblem.NoKey(id);
        var now = time.GetUtcNow();
        return TypedResults.Ok(KeyView.Of(key, now) with { BudgetState = await budgets.ReadAsync(key, now, context.RequestAborted) });
    }

    private static async Task<IResult> UpdateAsync(
        string id,
        HttpContext context,
        KeyAdministration keys,
        AuditLog audit,
        TimeProvider time
    )
    {
        using var body = await JsonBody.ReadObjectAsync(context) ?? throw NoBody();
        var patch = new KeyPatch(body);
        var key = await keys.UpdateAsync(id, patch.ApplyTo, context.RequestAborted);
        if (key is not null)
            audit.Changed(context, "updated", key, string.Join(", ", patch.Fields));
        return Show(id, key, time);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext context, KeyAdministration keys, AuditLog audit)
    {
        if (!await keys.DeleteAsync(id, context.RequestAborted))
            return AdminProblem.NoKey(id);
        audit.Changed(context, "deleted", id, "");
        return TypedResults.NoContent();
    }

    private static async Task<IResult> RevokeAsync(
        string id,
        HttpContext context,
        KeyAdministration keys,
        AuditLog audit,
        TimeProvider time
    )
    {
        var key = await keys.RevokeAsync(id, context.RequestAborted);
        if (key is not null)
            audit.Changed(context, "revoked", key);
        return Show(id, key, time);
    }

    private static async Task<IResult> RotateAsync(
        string id,
        HttpContext context,
        KeyAdministration keys,
        AuditLog audit,
        TimeProvider time
    )
    {
        using var body = await JsonBody.ReadObjectAsync(context);
        var seconds = (body is null ? null : JsonBody.Deserialize<RotateRequest>(body).GraceSeconds) ?? RotateRequest.StandardGraceSeconds;
        if (seconds < 0 || seconds > KeyAdministration.MaxGrace.TotalSeconds)
            throw new AdminProblemException(
                StatusCodes.Status400BadRequest,
                $"grace_seconds must be from 0 to {KeyAdministration.MaxGrace.TotalSeconds}."
            );
        if (await keys.RotateAsync(id, TimeSpan.FromSeconds(seconds), context.RequestAborted) is not { } issued)
            return AdminProblem.NoKey(id);
        audit.Changed(context, "rotated", issued.Key, $"grace {seconds} s");
        return TypedResults.Ok(KeyView.Of(issued, time.GetUtcNow()));
    }

    private static IResult Show(string id, ApiKey? key, TimeProvider time) =>
        key is null ? AdminProblem.NoKey(id) : TypedResults.Ok(KeyView.Of(key, time.GetUtcNow()));

    private static AdminProblemException NoBody() =>
        new(StatusCodes.Status400BadRequest, "A JSON body is needed, such as {\"name\":\"app\"}.");
}
