using System.Collections.Concurrent;
using PromptGateway.Keys;

namespace PromptGateway.Tests.Keys;

/// <summary>A key store that can be made to fail.</summary>
internal sealed class MemoryKeyStore : IKeyStore, ISettingsStore
{
    private readonly ConcurrentDictionary<string, ApiKey> _keys = new();
    private readonly ConcurrentDictionary<string, string> _settings = new();
    private long _version;

    public bool IsDown { get; set; }

    /// <summary>What a store that is down throws.</summary>
    public Exception Failure { get; set; } = new IOException("store is down");

    /// <summary>How often it was asked anything.</summary>
    public int Asked { get; private set; }

    public int FullReads { get; private set; }

    public Task<long> GetVersionAsync(CancellationToken cancellationToken) => Answer(() => _version);

    public Task<KeyChanges> ReadChangesAsync(long since, CancellationToken cancellationToken) =>
        Answer(() =>
        {
            FullReads += since == 0 ? 1 : 0;
            return new KeyChanges(_version, [.. _keys.Values.Where(key => key.Version > since)], _keys.Keys.ToHashSet());
        });

    public Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken) => Answer(() => _keys.GetValueOrDefault(id));

    public Task<ApiKey> InsertAsync(ApiKey key, CancellationToken cancellationToken) =>
        Answer(() => _keys[key.Id] = key with { Version = ++_version });

    public Task<ApiKey?> UpdateAsync(string id, Func<ApiKey, ApiKey> change, CancellationToken cancellationToken) =>
        Answer(() => _keys.TryGetValue(id, out var key) ? _keys[id] = change(key) with { Version = ++_version } : null);

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        Answer(() =>
        {
            _version++;
            return _keys.TryRemove(id, out _);
        });

    Task<string?> ISettingsStore.FindAsync(string name, CancellationToken cancellationToken) =>
        Answer(() => _settings.GetValueOrDefault(name));

    public Task<bool> TryAddAsync(string name, string value, CancellationToken cancellationToken) =>
        Answer(() => _settings.TryAdd(name, value));

    private Task<T> Answer<T>(Func<T> answer)
    {
        Asked++;
        return IsDown ? Task.FromException<T>(Failure) : Task.FromResult(answer());
    }
}
