using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Json;
using PromptGateway.Keys;
using PromptGateway.Prompts;
using PromptGateway.Routing;

namespace PromptGateway.Objects;

/// <summary>
/// Requests that build on an object made before (<c>previous_response_id</c>, <c>conversation</c>, a batch's <c>input_file_id</c>, ...):
/// who may not read it may not go on from it either, and it is gone on from where it is. Leaves a <see cref="HomeUpstream"/> behind when
/// that is known.
/// </summary>
internal sealed class ObjectReferenceStage(
    RequestDelegate next,
    ObjectBook book,
    UpstreamCatalog catalog,
    ILogger<ObjectReferenceStage> log
)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (
            context.Noun<GatewayEndpoint>().Operation is not (Operation.Responses or Operation.Other)
            || context.FindNoun<Prompt>() is not { References: { } references } prompt
        )
            return next(context);
        var caller = context.Noun<Caller>();
        var several = caller.PassThroughSecret is null && MayGoToSeveral(prompt);
        return several || book.Restricts(caller) ? CheckAsync(context, caller, prompt, references, several) : next(context);
    }

    private bool MayGoToSeveral(Prompt prompt)
    {
        var current = catalog.Current;
        return prompt.ReadModelName() is { } model ? current.Resolve(model)?.All.Length > 1 : current.Upstreams.Count > 1;
    }

    private async Task CheckAsync(HttpContext context, Caller caller, Prompt prompt, JsonMember[] references, bool several)
    {
        foreach (var reference in references)
        {
            if (prompt.ReadReference(reference) is not { Length: > 0 } id)
                continue;
            var made = await FindAsync(context, id, several);
            if (!book.MayUse(caller, made))
            {
                await context.RejectAsync(ObjectRejection.NotFound("what was made before", id));
                return;
            }
            if (made is not null)
                context.SetNoun(new HomeUpstream(made.Upstream));
        }
        await next(context);
    }

    private async Task<StoredObject?> FindAsync(HttpContext context, string id, bool wait)
    {
        try
        {
            return await book.FindAsync(new ObjectPath(ObjectBook.AnyKind, id, ""), id, wait, context.RequestAborted);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Nothing is known while nobody can be asked.
            log.LogError(e, "It is not known whose {Id} is", id);
            return null;
        }
    }
}
