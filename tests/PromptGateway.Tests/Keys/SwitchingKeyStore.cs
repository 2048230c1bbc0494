using PromptGateway.Keys;

namespace PromptGateway.Tests.Keys;

/// <summary>Answers from the first store for one refresh, then from the second: a backup was restored.</summary>
internal sealed class SwitchingKeyStore(IKeyStore first, IKeyStore second) : IKeyStore
{
    private IKeyStore _current = first;

    public Task<long> GetVersionAsync(CancellationToken cancellationToken) => _current.GetVersionAsync(cancellationToken);

    public async Task<KeyChanges> ReadChangesAsync(long since, CancellationToken cancellationToken)
    {
        var changes = await _current.ReadChangesAsync(since, cancellationToken);
        _current = second;
        return changes;
    }

    public Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken) => _current.FindAsync(id, cancellationToken);

    public Task<ApiKey> InsertAsync(ApiKey key, CancellationToken cancellationToken) => _current.InsertAsync(key, cancellationToken);

    public Task<ApiKey?> UpdateAsync(string id, Func<ApiKey, ApiKey> change, CancellationToken cancellationToken) =>
        _current.UpdateAsync(id, change, cancellationToken);

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => _current.DeleteAsync(id, cancellationToken);
}
