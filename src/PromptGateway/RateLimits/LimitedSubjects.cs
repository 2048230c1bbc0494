using System.Collections.Concurrent;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.Routing;

namespace PromptGateway.RateLimits;

/// <summary>
/// The limits in force, by subject. A subject's counts are made on its first request and stay as long as there is room: clients can
/// invent names (models of a catch-all upstream, pass-through keys). When there are too many, those that hold nothing are forgotten;
/// if that is not enough, new ones share one count.
/// </summary>
/// <param name="options">The rules.</param>
/// <param name="time">For what is idle.</param>
/// <param name="most">Subjects that have counts of their own.</param>
internal sealed class LimitedSubjects(RateLimitOptions options, TimeProvider time, int most = 50_000)
{
    private const string Others = "(others)";

    /// <summary>A subject is not forgotten while a request of it may be between finding it here and being charged.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    /// <summary>Looking through all of them takes milliseconds.</summary>
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(10);
    private long _sweptAt;
    private readonly ConcurrentDictionary<(LimitScope Scope, string Name), RateLimitGroup> _groups = new();

    /// <summary>Requests that hold a slot of a concurrency limit at this moment, counted once for each limit.</summary>
    public long SlotsInUse => _groups.Values.SelectMany(g => g.Buckets).Where(b => b.Limit.Kind == LimitKind.Concurrent).Sum(b => b.Used);

    /// <summary>Subjects with counts.</summary>
    public int Count => _groups.Count;

    public bool AnyRules => options.Rules.Count > 0;

    /// <summary>What is left of every limit in use, for metrics.</summary>
    public IEnumerable<LimitHeadroom> Headroom(DateTimeOffset at) =>
        _groups
            .Values.SelectMany(group => group.Buckets)
            .Select(bucket => new LimitHeadroom(bucket.Limit.Scope.Name(), bucket.Limit.Kind.Name(), bucket.ShareLeft(at.UtcTicks)));

    /// <summary>The groups that a request is charged to, in locking order; empty for most.</summary>
    public RateLimitGroup[] For(Caller caller, Target target)
    {
        var key = OfKey(caller);
        if (options.Rules.Count == 0)
            return key?.Alone ?? [];
        RateLimitGroup?[] all =
        [
            key,
            Group(LimitScope.Team, caller.Team),
            Group(LimitScope.Model, target.Model),
            Group(LimitScope.Upstream, target.Upstream.Id),
            Group(LimitScope.Gateway, ""),
        ];
        return [.. all.OfType<RateLimitGroup>().OrderBy(group => group.Order)];
    }

    /// <summary>The limits of the caller's key; null when it has none.</summary>
    public RateLimitGroup? OfKey(Caller caller)
    {
        var own = caller.Key?.Limits ?? [];
        if (own.Count == 0 && !options.Has(LimitScope.Key) && !_groups.ContainsKey((LimitScope.Key, caller.Id)))
            return null;
        var group = Find(LimitScope.Key, caller.Id);
        group.Apply(caller.Key?.Version ?? 0, () => own.Select(spec => RateLimit.Of(spec, caller.Name)));
        group.ApplyRules(options.Version, () => options.For(LimitScope.Key, caller.Id, caller.Name));
        return group.Buckets.Length > 0 ? group : null;
    }

    private RateLimitGroup? Group(LimitScope scope, string? name)
    {
        if (name is null || !options.Has(scope))
            return null;
        var group = Find(scope, name);
        group.ApplyRules(options.Version, () => options.For(scope, name, name));
        return group.Buckets.Length > 0 ? group : null;
    }

    private RateLimitGroup Find(LimitScope scope, string name)
    {
        // Model names differ in case only by the client's whim.
        var id = scope == LimitScope.Model ? name.ToLowerInvariant() : name;
        var now = time.GetUtcNow().UtcTicks;
        if (!_groups.TryGetValue((scope, id), out var group))
            group = _groups.GetOrAdd((scope, HasRoom(now) ? id : Others), _ => new RateLimitGroup());
        group.LastUsed = now;
        return group;
    }

    private bool HasRoom(long now)
    {
        if (_groups.Count < most)
            return true;
        var swept = Interlocked.Read(ref _sweptAt);
        if (now - swept >= SweepPause.Ticks && Interlocked.CompareExchange(ref _sweptAt, now, swept) == swept)
            foreach (var (subject, group) in _groups)
                if (now - group.LastUsed > Idle.Ticks && group.IsEmpty(now))
                    _groups.TryRemove(subject, out _);
        return _groups.Count < most;
    }
}
