using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Keys;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Objects;

/// <summary>
/// Knows the objects that requests have made at providers: sends who reads one to the upstream that has it, and has its result charged.
/// Leaves an <see cref="ObjectAnswer"/> behind on requests about objects; others pass without noticing.
/// </summary>
internal sealed class ObjectStage(
    RequestDelegate next,
    IObjectStore store,
    ObjectCharge charge,
    UpstreamCatalog catalog,
    ILogger<ObjectStage> log
)
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
            return MakeAsync(context, Response);
        if (!ObjectPath.TryParse(context.Request.Path.Value!, out var path))
            return next(context);
        if (path.Id is not null)
            return ReadAsync(context, path, path.Id);
        return HttpMethods.IsPost(context.Request.Method) ? MakeAsync(context, path) : next(context);
    }

    private Task MakeAsync(HttpContext context, ObjectPath path)
    {
        Leave(context, path, makes: true, due: null, readsLines: false);
        return next(context);
    }

    private async Task ReadAsync(HttpContext context, ObjectPath path, string id)
    {
        StoredObject? known,
            due;
        try
        {
            known = await store.FindAsync(id, context.RequestAborted);
            due = known?.BatchId is { } batch ? await store.FindAsync(batch, context.RequestAborted) : known;
            if (due is not null && !await charge.IsDueAsync(due, context.RequestAborted))
                due = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "It is not known whose {Kind} {Id} is; the request is refused", path.Kind, id);
            await context.RejectAsync(ObjectRejection.Unavailable);
            return;
        }
        if (known is null)
        {
            await next(context);
            return;
        }
        Direct(context, known);
        var readsLines = due is not null && IsResult(path);
        // Half a file would not tell what the batch has cost.
        if (readsLines)
            context.Request.Headers.Remove("Range");
        Leave(context, path, makes: false, due, readsLines);
        try
        {
            await next(context);
        }
        finally
        {
            await AfterAsync(context, path, id, due);
        }
    }

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

    private void Leave(HttpContext context, ObjectPath path, bool makes, StoredObject? due, bool readsLines) =>
        context.SetNoun(
            new ObjectAnswer(
                path,
                makes,
                due,
                readsLines,
                context.Noun<Caller>(),
                context.Noun<UsageTally>(),
                context.TraceIdentifier,
                store,
                charge,
                log
            )
        );

    private async Task AfterAsync(HttpContext context, ObjectPath path, string id, StoredObject? due)
    {
        var tally = context.Noun<UsageTally>();
        try
        {
            if (due is not null && tally is { Stream: true, Reported: { } usage })
                await charge.ChargeAsync(due, [new ModelUsage(tally.ResponseModel, usage)], CancellationToken.None);
            else if (
                HttpMethods.IsDelete(context.Request.Method)
                && path.Rest.Length == 0
                && context.Response.StatusCode is >= 200 and < 300
                && tally.SentAt != 0
            )
                await store.DeleteAsync(id, CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogError(e, "What was learned of {Kind} {Id} could not be kept", path.Kind, id);
        }
    }
}
