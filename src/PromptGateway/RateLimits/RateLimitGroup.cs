namespace PromptGateway.RateLimits;

/// <summary>All limits of one subject (a key, a team, ...), under one lock. Locks are taken in the order of <see cref="Order"/>.</summary>
internal sealed class RateLimitGroup
{
    private static long _made;
    private long _version = -1;
    private volatile RateLimitBucket[] _buckets = [];

    public RateLimitGroup() => Alone = [this];

    public long Order { get; } = Interlocked.Increment(ref _made);
    public Lock Gate { get; } = new();
    public RateLimitBucket[] Buckets => _buckets;

    /// <summary>This group as a list of one, which most requests need.</summary>
    public RateLimitGroup[] Alone { get; }

    /// <summary>Takes over changed limits at once; what was counted for a limit that stays goes on counting.</summary>
    /// <param name="version">Of the declaration; an older one than known changes nothing.</param>
    /// <param name="limits">All that apply from now on.</param>
    public void Apply(long version, Func<IEnumerable<RateLimit>> limits)
    {
        if (version <= Volatile.Read(ref _version))
            return;
        lock (Gate)
        {
            if (version <= _version)
                return;
            var old = _buckets;
            _buckets =
            [
                .. limits()
                    .Select(limit =>
                        old.FirstOrDefault(bucket => bucket.Limit.CountsSameAs(limit))?.With(limit) ?? new RateLimitBucket(Gate, limit)
                    ),
            ];
            Volatile.Write(ref _version, version);
        }
    }
}
