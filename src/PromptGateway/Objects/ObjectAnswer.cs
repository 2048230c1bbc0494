using PromptGateway.Chat;
using PromptGateway.Keys;
using PromptGateway.Usage;

namespace PromptGateway.Objects;

/// <summary>
/// What the answer to this request means for a provider's object. Left on requests that make or read one; told of the end of the answer
/// before the client has it.
/// </summary>
internal sealed class ObjectAnswer(
    ObjectPath path,
    bool makes,
    StoredObject? due,
    bool readsLines,
    Caller caller,
    UsageTally tally,
    string requestId,
    IObjectStore store,
    ObjectCharge charge,
    ILogger log
)
{
    /// <summary>The answer is the result of a batch, a line each request.</summary>
    public bool ReadsLines => readsLines;

    /// <summary>The answer is one JSON document, and whole.</summary>
    public async ValueTask EndAsync(ObjectFacts facts)
    {
        try
        {
            if (makes)
                await MadeAsync(facts);
            else if (due is not null && facts.IsOver)
                await OverAsync(due, facts);
        }
        catch (Exception e)
        {
            // The answer is the client's all the same.
            log.LogError(e, "What request {RequestId} tells about {Kind} {Id} could not be kept", requestId, path.Kind, facts.Id);
        }
    }

    /// <summary>The results of a batch were read to their end.</summary>
    public async ValueTask EndAsync(BatchLines lines)
    {
        if (due is null || lines.Parts.Count == 0)
            return;
        try
        {
            await charge.ChargeAsync(due, lines.Parts, CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogError(e, "Batch {Id} could not be charged; it will be when its results are read again", due.Id);
        }
    }

    private async Task MadeAsync(ObjectFacts facts)
    {
        var isPending = path.Kind == "batches" || (path.Kind == "responses" && facts.IsRunning);
        if (facts.Id is not { } id || tally.Target is not { } target || !isPending)
            return;
        var made = new StoredObject
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
        await store.PutAsync(made, CancellationToken.None);
        tally.IsChargedLater = isPending;
        // Small batches may be done at once.
        if (isPending && facts.IsOver)
            await OverAsync(made, facts);
    }

    private async Task OverAsync(StoredObject made, ObjectFacts facts)
    {
        // A batch that does not name its model, or its tokens, tells both in its output.
        if (facts.Usage is { TotalTokens: > 0 } usage && (facts.Model ?? made.UpstreamModel) is { } model)
            await charge.ChargeAsync(made, [new ModelUsage(model, usage)], CancellationToken.None);
        if (facts.OutputFile is { } file)
            await store.AddAsync(made with { Id = file, Kind = "files", IsPending = false, BatchId = made.Id }, CancellationToken.None);
    }
}
