namespace PromptGateway.Keys;

/// <summary>Where keys live. A change is durable when its task completes; a store that is down throws.</summary>
internal interface IKeyStore
{
    /// <summary>A number that grows whenever any process changes a key; cheap enough to ask several times a second.</summary>
    Task<long> GetVersionAsync(CancellationToken cancellationToken);

    /// <param name="since">A version read before; 0 for everything.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<KeyChanges> ReadChangesAsync(long since, CancellationToken cancellationToken);

    Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken);

    /// <returns>The key with its <see cref="ApiKey.Version"/>. An id or hash that is already there makes the task fail.</returns>
    Task<ApiKey> InsertAsync(ApiKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Reads, changes and writes the key while nobody else can change it, so that no change of another process is lost.
    /// What <paramref name="change"/> throws comes out, with nothing changed.
    /// </summary>
    /// <returns>The key as stored now; null when there is none with this id.</returns>
    Task<ApiKey?> UpdateAsync(string id, Func<ApiKey, ApiKey> change, CancellationToken cancellationToken);

    /// <returns>False when there was none with this id.</returns>
    Task<bool> DeleteAsync(string id, CancellationToken cancellationToken);
}
