using PromptGateway.Counters;

namespace PromptGateway.RateLimits;

/// <summary>All limits of one subject (a key, a team, ...), under one lock. Locks are taken in the order of <see cref="Order"/>.</summary>
internal sealed class RateLimitGroup
{
    private static long _made;
    private long _ownVersion = -1;
    private long _rulesVersion = -1;
    private RateLimit[] _own = [];
    private RateLimit[] _rules = [];
    private volatile RateLimitBucket[] _buckets = [];

    private readonly Func<RateLimit, Lock, LeasedCounter>? _lease;

    /// <param name="lease">Gives the counter that replicas share for a limit; null when there is one gateway alone.</param>
    public RateLimitGroup(Func<RateLimit, Lock, LeasedCounter>? lease = null) => (_lease, Alone) = (lease, [this]);

    /// <summary>UTC ticks of the last request.</summary>
    public long LastUsed { get; set; }

    /// <summary>Nothing would be lost with it: no slot is held, nobody waits, and every window that counted something is over.</summary>
    public bool IsEmpty(long now)
    {
        lock (Gate)
            return Array.TrueForAll(
                _buckets,
                bucket => !bucket.HasLine && (bucket.Limit.Kind == LimitKind.Concurrent ? bucket.Used == 0 : bucket.ShareLeft(now) == 1)
            );
    }

    public long Order { get; } = Interlocked.Increment(ref _made);
    public Lock Gate { get; } = new();
    public RateLimitBucket[] Buckets => _buckets;

    /// <summary>This group as a list of one, which most requests need.</summary>
    public RateLimitGroup[] Alone { get; }

    /// <summary>Takes over the subject's own limits at once; what was counted for a limit that stays goes on counting.</summary>
    /// <param name="version">Of the declaration; an older one than known changes nothing.</param>
    /// <param name="limits">All of its own from now on.</param>
    public void Apply(long version, Func<IEnumerable<RateLimit>> limits)
    {
        if (version <= Volatile.Read(ref _ownVersion))
            return;
        lock (Gate)
        {
            if (version <= _ownVersion)
                return;
            _own = [.. limits()];
            Rebuild();
            Volatile.Write(ref _ownVersion, version);
        }
    }

    /// <summary>As <see cref="Apply"/>, for the limits that rules give to the subject.</summary>
    public void ApplyRules(long version, Func<IEnumerable<RateLimit>> limits)
    {
        if (version <= Volatile.Read(ref _rulesVersion))
            return;
        lock (Gate)
        {
            if (version <= _rulesVersion)
                return;
            _rules = [.. limits()];
            Rebuild();
            Volatile.Write(ref _rulesVersion, version);
        }
    }

    private void Rebuild()
    {
        var old = _buckets.ToList();
        _buckets = [.. _own.Concat(_rules).Select(limit => Take(old, limit)?.With(limit) ?? New(limit))];
    }

    private RateLimitBucket New(RateLimit limit) => new(Gate, limit, _lease?.Invoke(limit, Gate));

    /// <summary>Each old bucket goes on as one limit only; the one of the same rule comes first.</summary>
    private RateLimitBucket? Take(List<RateLimitBucket> old, RateLimit limit)
    {
        var found = old.Find(bucket => bucket.Limit.Rule == limit.Rule && bucket.Limit.CountsSameAs(limit));
        // Replicas know a limit by what it says and where it comes from.
        if (_lease is null)
            found ??= old.Find(bucket => bucket.Limit.CountsSameAs(limit));
        if (found is not null)
            old.Remove(found);
        return found;
    }
}
