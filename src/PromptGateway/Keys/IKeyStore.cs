namespace PromptGateway.Keys;

/// <summary>Where keys live. Writes are durable when the task completes; a store that is down throws.</summary>
internal interface IKeyStore
{
    Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Inserts the key or replaces the one with its id.</summary>
    Task SaveAsync(ApiKey key, CancellationToken cancellationToken);

    /// <summary>A value that changes whenever any process changed a key; cheap enough to ask several times a second.</summary>
    Task<long> GetVersionAsync(CancellationToken cancellationToken);
}
