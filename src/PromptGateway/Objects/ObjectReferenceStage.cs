using PromptGateway.Chat;
using PromptGateway.Endpoints;
using PromptGateway.Json;
using PromptGateway.Keys;
using PromptGateway.Prompts;

namespace PromptGateway.Objects;

/// <summary>
/// Requests that build on an object made before (<c>previous_response_id</c>, <c>conversation</c>, a batch's <c>input_file_id</c>, ...):
/// who may not read it may not go on from it either. Leaves nothing behind.
/// </summary>
internal sealed class ObjectReferenceStage(RequestDelegate next, ObjectBook book, ILogger<ObjectReferenceStage> log)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Noun<GatewayEndpoint>().Operation is Operation.Responses or Operation.Other
        && context.FindNoun<Prompt>() is { References: { } references } prompt
        && book.Restricts(context.Noun<Caller>())
            ? CheckAsync(context, prompt, references)
            : next(context);

    private async Task CheckAsync(HttpContext context, Prompt prompt, JsonMember[] references)
    {
        var caller = context.Noun<Caller>();
        foreach (var reference in references)
            if (prompt.ReadReference(reference) is { Length: > 0 } id && !await MayUseAsync(context, caller, id))
            {
                await context.RejectAsync(ObjectRejection.NotFound("what was made before", id));
                return;
            }
        await next(context);
    }

    private async Task<bool> MayUseAsync(HttpContext context, Caller caller, string id)
    {
        try
        {
            return book.MayUse(caller, await book.FindAsync(new ObjectPath(ObjectBook.AnyKind, id, ""), id, context.RequestAborted));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Nothing is known while nobody can be asked.
            log.LogError(e, "It is not known whose {Id} is", id);
            return book.MayUse(caller, made: null);
        }
    }
}
