using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Keys;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Objects;

/// <summary>
/// Knows the objects that requests have made at providers: shows them to those who may use them and to nobody else (404), sends who reads
/// one to the upstream that has it, and has its result charged. Refuses paths of which it cannot be said what they name (400). Leaves an
/// <see cref="ObjectAnswer"/> behind on requests about objects; others pass without noticing.
/// </summary>
internal sealed class ObjectStage(RequestDelegate next, ObjectBook book, UpstreamCatalog catalog, ILogger<ObjectStage> log)
{
    private const string NewResponse = "/v1/responses";
    private static readonly ObjectPath Response = new("responses", null, "");

    public Task InvokeAsync(HttpContext context)
    {
        var operation = context.Noun<GatewayEndpoint>().Operation;
        if (operation is not (Operation.Other or Operation.StoredResponse or Operation.Responses))
            return next(context);
        // The usual one is recognized without taking it apart.
        if (operation == Operation.Responses && context.Request.Path.Value == NewResponse)
            return LeaveAsync(context, Response, ObjectRole.Makes);
        // The endpoints that are known by their whole path need no such look.
        if (!PathSpelling.IsPlain(context.Request.Path.Value!))
            return context.RejectAsync(ObjectRejection.AmbiguousPath);
        if (!ObjectPath.TryParse(context.Request.Path.Value!, out var path))
            return next(context);
        if (path.Id is not null)
            return ReadAsync(context, path, path.Id);
        if (HttpMethods.IsPost(context.Request.Method))
            return LeaveAsync(context, path, ObjectRole.Makes);
        return book.LooksThrough(context.Noun<Caller>(), path.Kind) ? LeaveAsync(context, path, ObjectRole.Lists) : next(context);
    }

    private Task LeaveAsync(HttpContext context, ObjectPath path, ObjectRole role)
    {
        // Half a list could not be looked through.
        if (role == ObjectRole.Lists)
            context.Request.Headers.Remove("Range");
        Leave(context, path, role, known: null, due: null);
        return next(context);
    }

    private async Task ReadAsync(HttpContext context, ObjectPath path, string id)
    {
        StoredObject? known;
        StoredObject? due = null;
        try
        {
            known = await book.FindAsync(path, id, context.RequestAborted);
            if (known is not null)
                due = await book.DueAsync(known, context.RequestAborted);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "It is not known whose {Kind} {Id} is; the request is refused", path.Kind, id);
            await context.RejectAsync(ObjectRejection.Unavailable);
            return;
        }
        if (!book.MayUse(context.Noun<Caller>(), known))
        {
            await context.RejectAsync(ObjectRejection.NotFound(path.Kind, id));
            return;
        }
        if (known is not null)
            Direct(context, known);
        var role = RoleOf(context, path, due);
        // Half a result would not tell what it has cost.
        if (due is not null)
            context.Request.Headers.Remove("Range");
        Leave(context, path, role, known, due);
        try
        {
            await next(context);
        }
        finally
        {
            await AfterAsync(context, due);
        }
    }

    private static ObjectRole RoleOf(HttpContext context, ObjectPath path, StoredObject? due) =>
        HttpMethods.IsDelete(context.Request.Method) && path.Rest.Length == 0 ? ObjectRole.Deletes
        : due is not null && IsResult(path) ? ObjectRole.ReadsLines
        : ObjectRole.Reads;

    /// <summary>The content of a file, Anthropic's results of a batch.</summary>
    private static bool IsResult(ObjectPath path) => path is { Kind: "files", Rest: "content" } or { Kind: "batches", Rest: "results" };

    /// <summary>To the upstream that has it, unless the client names one.</summary>
    private void Direct(HttpContext context, StoredObject known)
    {
        var headers = context.Request.Headers;
        var passThrough = context.Noun<Caller>().PassThroughSecret is not null;
        if (
            !headers.ContainsKey(ChooseTargetsStage.UpstreamHeader)
            && catalog.Current.DefaultFor(context.Noun<GatewayEndpoint>().Dialect, known.Upstream, passThrough) is not null
        )
            headers[ChooseTargetsStage.UpstreamHeader] = known.Upstream;
    }

    private void Leave(HttpContext context, ObjectPath path, ObjectRole role, StoredObject? known, StoredObject? due) =>
        context.SetNoun(
            new ObjectAnswer(path, role, context.Noun<Caller>(), context.Noun<UsageTally>(), context.TraceIdentifier, book, log)
            {
                Known = known,
                Due = due,
            }
        );

    /// <summary>A stream has told its usage on the way.</summary>
    private async Task AfterAsync(HttpContext context, StoredObject? due)
    {
        if (due is null || context.Noun<UsageTally>() is not { Stream: true, Reported: { } usage } tally)
            return;
        try
        {
            await book.ChargeAsync(due, [new ModelUsage(tally.ResponseModel, usage)]);
        }
        catch (Exception e)
        {
            log.LogError(e, "Response {Id} could not be charged; it will be when it is read again", due.Id);
        }
    }
}
