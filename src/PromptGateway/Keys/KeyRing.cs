namespace PromptGateway.Keys;

/// <summary>
/// The keys in memory, asked once a request: no I/O, no allocation, no lock. It holds what the store held when it was last
/// reached; when that is longer ago than <see cref="KeysOptions.StaleFor"/>, stored keys are refused
/// (<see cref="KeyStatus.StoreUnavailable"/>), since a revocation could have been missed. Declared keys always work.
/// </summary>
internal sealed class KeyRing : IDisposable
{
    private const long Never = long.MinValue;
    private readonly IKeyStore _store;
    private readonly KeysOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _applying = new();
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly Dictionary<string, Caller> _stored = new(StringComparer.Ordinal);
    private IReadOnlyList<ApiKey> _declaredKeys;
    private Caller[] _declared;
    private long _version = Never;
    private long _confirmedAt = Never;
    private volatile KeySnapshot _snapshot;

    public KeyRing(IKeyStore store, KeysOptions options, TimeProvider time)
    {
        (_store, _options, _time) = (store, options, time);
        _declaredKeys = options.Declared;
        _declared = [.. options.Declared.Select(Caller.Of)];
        _snapshot = new KeySnapshot([], _declared);
    }

    /// <summary>True while what is known of the store may be relied on.</summary>
    public bool IsCurrent
    {
        get
        {
            var confirmed = Volatile.Read(ref _confirmedAt);
            return confirmed != Never && _time.GetElapsedTime(confirmed) <= _options.StaleFor;
        }
    }

    /// <summary>Time since the store last answered; zero before it was asked.</summary>
    public TimeSpan Staleness =>
        Volatile.Read(ref _confirmedAt) is var confirmed && confirmed != Never ? _time.GetElapsedTime(confirmed) : TimeSpan.Zero;

    /// <summary>Keys of configuration and environment.</summary>
    public IReadOnlyList<ApiKey> Declared => Volatile.Read(ref _declaredKeys);

    /// <summary>Takes over the keys of a changed configuration: from now on these are declared, and no others.</summary>
    public void Declare(IReadOnlyList<ApiKey> keys)
    {
        lock (_applying)
        {
            _declared = [.. keys.Select(Caller.Of)];
            Volatile.Write(ref _declaredKeys, keys);
            _snapshot = new KeySnapshot(_stored.Values, _declared);
        }
    }

    /// <param name="presented">The secret as it stands in the header, without <c>Bearer</c>.</param>
    public ApiKeyLookup Find(ReadOnlySpan<char> presented) =>
        TryHash(presented, out var hash) ? Find(hash) : new ApiKeyLookup(KeyStatus.Malformed, null);

    /// <summary>False for what cannot be a key, which is then not worth a hash.</summary>
    public bool TryHash(ReadOnlySpan<char> presented, out KeyHash hash)
    {
        var mayBe = MayBeKey(presented, _snapshot);
        hash = mayBe ? KeyHash.Of(presented) : default;
        return mayBe;
    }

    public ApiKeyLookup Find(in KeyHash hash)
    {
        var snapshot = _snapshot;
        if (snapshot.FindDeclared(hash) is { } declared)
            return declared.Lookup(_time);
        if (!IsCurrent)
            return new ApiKeyLookup(KeyStatus.StoreUnavailable, null);
        return snapshot.FindStored(hash)?.Lookup(_time) ?? new ApiKeyLookup(KeyStatus.Unknown, null);
    }

    /// <summary>Whoever has this key, in force or not; null when there is none. Not for every request.</summary>
    /// <param name="keyId"><c>key_...</c>.</param>
    public Caller? FindCaller(string keyId)
    {
        lock (_applying)
            return _stored.GetValueOrDefault(keyId) ?? Array.Find(_declared, caller => caller.Id == keyId);
    }

    /// <summary>Asks the store for what changed. What it throws leaves the ring as it was.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            // Taken before the question: the answer is at least as new as this.
            var asked = _time.GetTimestamp();
            var version = await _store.GetVersionAsync(cancellationToken);
            if (version != _version)
                // An older version than the one seen is a restored backup: nothing known so far counts.
                Apply(await _store.ReadChangesAsync(version > _version ? Math.Max(_version, 0) : 0, cancellationToken));
            Volatile.Write(ref _confirmedAt, asked);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    public void Dispose() => _refreshing.Dispose();

    private void Apply(KeyChanges changes)
    {
        lock (_applying)
        {
            foreach (var key in changes.Changed)
                _stored[key.Id] = Caller.Of(key);
            foreach (var id in _stored.Keys.Where(id => !changes.Ids.Contains(id)).ToArray())
                _stored.Remove(id);
            _snapshot = new KeySnapshot(_stored.Values, _declared);
            _version = changes.Version;
        }
    }

    private static bool MayBeKey(ReadOnlySpan<char> presented, KeySnapshot snapshot) =>
        KeySecret.IsWellFormed(presented)
        || (snapshot.HasDeclared && presented.Length is >= KeySecret.MinLength and <= KeySecret.MaxLength);
}
