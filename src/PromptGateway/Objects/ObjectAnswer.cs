using PromptGateway.Keys;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Objects;

/// <summary>
/// What the answer to this request means for providers' objects. Left on requests that make, read or list some; told of the answer
/// before the client has its end.
/// </summary>
internal sealed class ObjectAnswer(
    ObjectPath path,
    ObjectRole role,
    Caller caller,
    UsageTally tally,
    string requestId,
    ObjectBook book,
    ILogger log
)
{
    public ObjectRole Role => role;

    /// <summary>The object that is read; null when it is not known.</summary>
    public StoredObject? Known { get; init; }

    /// <summary>What is charged when the answer tells its usage; null: nothing.</summary>
    public StoredObject? Due { get; init; }

    /// <summary>The answer is one JSON document, and whole.</summary>
    public async ValueTask EndAsync(ObjectFacts facts)
    {
        try
        {
            if (role == ObjectRole.Makes)
                await MadeAsync(facts);
            else if (role == ObjectRole.Deletes)
                await book.DeletedAsync(path.Id!);
            else if (Known is { Kind: "responses" or "batches" } known && facts.IsOver)
                await book.OverAsync(Due ?? known, Due is not null, facts);
            else if (Known is { Kind: "uploads" } upload && facts.OutputFile is { } file)
                await book.AddFileAsync(upload, file);
        }
        catch (Exception e)
        {
            // The answer is the client's all the same.
            log.LogError(e, "What request {RequestId} tells about {Kind} {Id} could not be kept", requestId, path.Kind, facts.Id);
        }
    }

    /// <summary>The stream of a background response broke off: it is made to its end all the same, and its rest charged when it is read.</summary>
    public async ValueTask GoesOnAsync(string id)
    {
        if (role != ObjectRole.Makes || tally.Target is not { } target)
            return;
        try
        {
            await book.MadeAsync(Made(id, target, isPending: true));
        }
        catch (Exception e)
        {
            log.LogError(e, "That response {Id} of request {RequestId} goes on could not be kept", id, requestId);
        }
    }

    /// <summary>The results of a batch were read to their end.</summary>
    public async ValueTask EndAsync(BatchLines lines)
    {
        if (Due is null || lines.Parts.Count == 0)
            return;
        try
        {
            await book.ChargeAsync(Due, lines.Parts);
        }
        catch (Exception e)
        {
            log.LogError(e, "Batch {Id} could not be charged; it will be when its results are read again", Due.Id);
        }
    }

    /// <summary>The list without what the caller may not use.</summary>
    /// <exception cref="FormatException">It is not a list: nobody can say whose it is.</exception>
    public Task<byte[]> ListAsync(ReadOnlyMemory<byte> list) => new ObjectList(book, caller, path.Kind).FilterAsync(list);

    private async Task MadeAsync(ObjectFacts facts)
    {
        var isPending = path.Kind == "batches" || (path.Kind == "responses" && facts.IsRunning);
        // Of the responses that are done the ledger tells all.
        if (facts.Id is not { } id || tally.Target is not { } target || (path.Kind == "responses" && !isPending))
            return;
        var made = Made(id, target, isPending);
        await book.MadeAsync(made);
        tally.IsChargedLater = isPending;
        // Small batches may be done at once.
        if (isPending && facts.IsOver)
            await book.OverAsync(made, isDue: true, facts);
    }

    private StoredObject Made(string id, Target target, bool isPending) =>
        new()
        {
            Id = id,
            Kind = path.Kind,
            Upstream = target.Upstream.Id,
            KeyId = caller.Id,
            KeyName = caller.Name,
            Team = caller.Team,
            RequestId = requestId,
            RequestedModel = tally.RequestedModel,
            UpstreamModel = target.Model,
            CreatedAt = tally.ArrivedAt,
            IsPending = isPending,
            Session = tally.Session,
        };
}
