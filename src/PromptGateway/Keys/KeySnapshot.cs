namespace PromptGateway.Keys;

/// <summary>
/// All secrets that were known at one moment. Never changes; the next moment has a new one. (Plain dictionaries: a frozen one finds no
/// faster here, where hashing the secret is what costs, and takes twice as long to make after a change of one of 10,000 keys.)
/// </summary>
internal sealed class KeySnapshot
{
    private readonly Dictionary<KeyHash, KeyEntry> _stored;
    private readonly Dictionary<KeyHash, KeyEntry> _declared;

    public KeySnapshot(IEnumerable<Caller> stored, IEnumerable<Caller> declared)
    {
        _stored = Index(stored);
        _declared = Index(declared);
    }

    /// <summary>Declared secrets may look like anything, so a value of another form may still be one.</summary>
    public bool HasDeclared => _declared.Count > 0;

    public KeyEntry? FindDeclared(in KeyHash hash) => _declared.GetValueOrDefault(hash);

    public KeyEntry? FindStored(in KeyHash hash) => _stored.GetValueOrDefault(hash);

    private static Dictionary<KeyHash, KeyEntry> Index(IEnumerable<Caller> callers)
    {
        var entries = new Dictionary<KeyHash, KeyEntry>();
        foreach (var caller in callers)
            Add(entries, caller, caller.Key!);
        return entries;
    }

    private static void Add(Dictionary<KeyHash, KeyEntry> entries, Caller caller, ApiKey key)
    {
        var (until, afterwards) = key switch
        {
            { RevokedAt: not null } => (0, KeyStatus.Revoked),
            { ExpiresAt: { } expiry } => (expiry.UtcTicks, KeyStatus.Expired),
            _ => (long.MaxValue, KeyStatus.Expired),
        };
        entries[key.Hash] = new KeyEntry(caller, until, afterwards);
        if (key is not { PreviousHash: { } previous, PreviousHashExpiresAt: { } graceEnd })
            return;
        entries[previous] =
            graceEnd.UtcTicks < until
                ? new KeyEntry(caller, graceEnd.UtcTicks, KeyStatus.Rotated)
                : new KeyEntry(caller, until, afterwards);
    }
}
