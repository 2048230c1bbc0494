using PromptGateway.Keys;
using PromptGateway.Usage;

namespace PromptGateway.Objects;

/// <summary>Who made what, who may use it, and what is to be done when it is over (decisions 0025 and 0026).</summary>
internal sealed class ObjectBook(IObjectStore store, UnsavedObjects unsaved, ObjectCharge charge, ObjectOptions options, UsageWriter writer)
{
    /// <summary>Of ids that stand in bodies.</summary>
    public const string AnyKind = "";

    /// <summary>Null: not known.</summary>
    public Task<StoredObject?> FindAsync(ObjectPath path, string id, CancellationToken cancellationToken) =>
        FindAsync(path, id, wait: false, cancellationToken);

    /// <param name="path">Says the collection, or <see cref="AnyKind"/>.</param>
    /// <param name="id">What is looked for.</param>
    /// <param name="wait">For rows that are on their way to the ledger.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async Task<StoredObject?> FindAsync(ObjectPath path, string id, bool wait, CancellationToken cancellationToken)
    {
        if ((unsaved.Find(id) ?? await store.FindAsync(id, cancellationToken)) is { } made)
            return made;
        // Most responses are done when they are answered: the ledger has them.
        if (path.Kind is not ("responses" or AnyKind))
            return null;
        var response = await store.FindResponseAsync(id, cancellationToken);
        if (response is not null || (options.Unknown == UnknownAccess.Shared && !wait))
            return response;
        await writer.FlushAsync(cancellationToken);
        return await store.FindResponseAsync(id, cancellationToken);
    }

    /// <summary>What is to be charged when the object is read: itself, or the batch whose output it is.</summary>
    public async Task<StoredObject?> DueAsync(StoredObject read, CancellationToken cancellationToken)
    {
        var due = read.BatchId is { } batch ? unsaved.Find(batch) ?? await store.FindAsync(batch, cancellationToken) : read;
        return due is not null && await charge.IsDueAsync(due, cancellationToken) ? due : null;
    }

    /// <summary>Callers with a provider key of their own are the provider's to judge.</summary>
    public bool MayUse(Caller caller, StoredObject? made) =>
        caller.PassThroughSecret is not null
        || (
            made is null
                ? options.Unknown == UnknownAccess.Shared
                : options.Access switch
                {
                    ObjectAccess.Shared => true,
                    ObjectAccess.Team when caller.Team is { } team && made.Team == team => true,
                    _ => made.KeyId == caller.Id,
                }
        );

    /// <summary>There are objects that this caller may not use.</summary>
    public bool Restricts(Caller caller) =>
        caller.PassThroughSecret is null && (options.Access != ObjectAccess.Shared || options.Unknown == UnknownAccess.Refused);

    /// <summary>Lists are only looked through where they hide something, or may tell what is due.</summary>
    public bool LooksThrough(Caller caller, string kind) => Restricts(caller) || (caller.PassThroughSecret is null && kind == "batches");

    public Task<IReadOnlyDictionary<string, StoredObject>> FindAsync(IReadOnlyList<string> ids) =>
        store.FindAsync(ids, CancellationToken.None);

    public Task MadeAsync(StoredObject made) => unsaved.PutAsync(made);

    public Task DeletedAsync(string id)
    {
        unsaved.Forget(id);
        return store.DeleteAsync(id, CancellationToken.None);
    }

    /// <summary>A file that has come out of another object, and is whose that is.</summary>
    public Task AddFileAsync(StoredObject of, string file) =>
        store.AddAsync(
            of with
            {
                Id = file,
                Kind = "files",
                IsPending = false,
                ChargedAt = null,
                BatchId = of.Kind == "batches" ? of.Id : null,
            },
            CancellationToken.None
        );

    public Task ChargeAsync(StoredObject due, IReadOnlyList<ModelUsage> parts) => charge.ChargeAsync(due, parts, CancellationToken.None);

    /// <summary>A response or a batch is in its last state.</summary>
    /// <param name="made">It.</param>
    /// <param name="isDue">False: it was charged before.</param>
    /// <param name="facts">What was read of it.</param>
    public async Task OverAsync(StoredObject made, bool isDue, ObjectFacts facts)
    {
        // A batch that does not name its model, or its tokens, tells both in its output.
        if (isDue && facts.Usage is { TotalTokens: > 0 } usage && (facts.Model ?? made.UpstreamModel) is { } model)
            await ChargeAsync(made, [new ModelUsage(model, usage)]);
        if (facts.OutputFile is { } file)
            await AddFileAsync(made, file);
        // Whose requests failed, and how; it tells no usage.
        if (facts.ErrorFile is { } errors)
            await AddFileAsync(made with { Kind = "files" }, errors);
    }
}
