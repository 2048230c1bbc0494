namespace PromptGateway.Objects;

/// <summary>What was made at providers, by whom, and what of it is still to be charged.</summary>
internal interface IObjectStore
{
    /// <summary>Keeps it; one with the same id is replaced, since the provider has just said that the id is new.</summary>
    Task PutAsync(StoredObject made, CancellationToken cancellationToken);

    /// <summary>As <see cref="PutAsync"/>, unless there is one with the same id: that stays.</summary>
    Task AddAsync(StoredObject made, CancellationToken cancellationToken);

    Task<StoredObject?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Those of them that are known, by id.</summary>
    Task<IReadOnlyDictionary<string, StoredObject>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>A response that was done when it was answered, as its row of the ledger tells.</summary>
    Task<StoredObject?> FindResponseAsync(string id, CancellationToken cancellationToken);

    /// <summary>Marks it as charged. Of several who try at the same time, here or in other processes, one is the first.</summary>
    /// <returns>Null when there is nothing to charge.</returns>
    Task<ChargeClaim?> ClaimAsync(string id, DateTimeOffset at, CancellationToken cancellationToken);

    Task DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Keeps the table bounded: deletes what was made before the given time, and the oldest beyond the bound.</summary>
    /// <returns>How many rows are gone.</returns>
    Task<int> TrimAsync(DateTimeOffset before, int most, CancellationToken cancellationToken);
}
