namespace PromptGateway.Keys;

/// <summary>
/// Small JSON documents that people make while the gateway runs (rules of limits and budgets, raises of budgets) and facts that must
/// survive a restart (alerts). Each has a kind and an id within it.
/// </summary>
internal interface IDocumentStore
{
    /// <summary>Grows with every change of any document, so that other processes see that there is something to read.</summary>
    Task<long> GetVersionAsync(CancellationToken cancellationToken);

    /// <summary>All documents of a kind, by id.</summary>
    Task<IReadOnlyList<StoredDocument>> ReadAsync(string kind, CancellationToken cancellationToken);

    /// <summary>Makes or replaces a document.</summary>
    /// <returns>True when it is new.</returns>
    Task<bool> PutAsync(string kind, StoredDocument document, CancellationToken cancellationToken);

    /// <returns>False when it is there already; it stays.</returns>
    Task<bool> TryAddAsync(string kind, StoredDocument document, CancellationToken cancellationToken);

    /// <returns>False when there is none.</returns>
    Task<bool> DeleteAsync(string kind, string id, CancellationToken cancellationToken);
}
