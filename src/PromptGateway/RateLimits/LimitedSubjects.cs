using System.Collections.Concurrent;
using PromptGateway.Counters;
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
/// <param name="counters">What replicas share; null when there is one gateway alone. A shared counter keeps its lock, so none is forgotten.</param>
internal sealed class LimitedSubjects(RateLimitOptions options, TimeProvider time, int most = 50_000, SharedCounters? counters = null)
{
    private const string Others = "(others)";

    /// <summary>A subject is not forgotten while a request of it may be between finding it here and being charged.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    /// <summary>Looking through all of them takes milliseconds.</summary>
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(10);
    private long _sweptAt;
    private readonly ConcurrentDictionary<(LimitScope Scope, string Name), RateLimitGroup> _groups = new();

    /// <summary>Windows go by it: with replicas by the database's, which is the same for all.</summary>
    public TimeProvider Clock => counters?.Clock ?? time;

    /// <summary>Requests that hold a slot of a concurrency limit at this moment, counted once for each limit.</summary>
    public long SlotsInUse =>
        _groups.Values.SelectMany(g => g.Buckets).Where(b => b.Limit.Kind == LimitKind.Concurrent).Sum(b => b.Lease?.Reserved ?? b.Used);

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
        group.Apply(
            caller.Key?.Version ?? 0,
            () => own.Select(spec => RateLimit.Of(spec, caller.Name) with { Version = caller.Key!.Version })
        );
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

    private Func<RateLimit, Lock, LeasedCounter>? Leases(LimitScope scope, string id) =>
        counters is null
            ? null
            : (limit, gate) =>
                counters.Find(
                    LimitCounterName.Of(scope, id, limit),
                    limit.Kind == LimitKind.Concurrent ? CounterKind.Slots : CounterKind.Window,
                    gate
                );

    /// <summary>
    /// Acquires, and where this replica's part does not suffice asks the others for a bounded time. While the database does not answer,
    /// each replica goes by an equal part of the limit.
    /// </summary>
    /// <param name="groups">As for <see cref="RateLimiter.TryAcquire"/>.</param>
    /// <param name="request">What is asked for; its time is set here.</param>
    /// <param name="held">To be moved; null: a new one.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public ValueTask<AcquireResult> AcquireAsync(
        RateLimitGroup[] groups,
        LimitedRequest request,
        RateLimitLease? held,
        CancellationToken cancellationToken
    )
    {
        var result = Acquire(groups, request, held, freeReplicas: 0);
        return result.Lease is not null || counters is null || result.Refusal!.TooLarge
            ? new(result)
            : RefillAsync(counters, groups, request, held, cancellationToken);
    }

    /// <summary>For one who waits in line anyway: takes what is there, and has more asked for if it is not enough.</summary>
    public AcquireResult AcquireInLine(RateLimitGroup[] groups, LimitedRequest request, RateLimitLease? held)
    {
        var result = Acquire(groups, request, held, freeReplicas: 0);
        if (result.Lease is null && counters is not null && RateLimiter.Shortages(groups, Timed(request), held) is { Count: > 0 } shortages)
            _ = counters.RefillAsync(shortages, counters.Deadline(), CancellationToken.None).AsTask();
        return result;
    }

    /// <summary>Without asking other replicas.</summary>
    /// <returns>Why it is not possible; null when it is done.</returns>
    public RateLimitRefusal? TryMove(RateLimitLease lease, RateLimitGroup[] groups, LimitedRequest request) =>
        Acquire(groups, request, lease, freeReplicas: 0).Refusal;

    private async ValueTask<AcquireResult> RefillAsync(
        SharedCounters shared,
        RateLimitGroup[] groups,
        LimitedRequest request,
        RateLimitLease? held,
        CancellationToken cancellationToken
    )
    {
        var deadline = shared.Deadline();
        while (true)
        {
            var shortages = RateLimiter.Shortages(groups, Timed(request), held);
            // Room there may be, only others wait for it.
            if (shortages.Count == 0)
                return Acquire(groups, request, held, freeReplicas: 0);
            var outcome = await shared.RefillAsync(shortages, deadline, cancellationToken);
            var result = Acquire(groups, request, held, outcome == RefillOutcome.Unavailable ? shared.Replicas : 0);
            if (result.Lease is not null || outcome != RefillOutcome.Refilled)
                return result;
        }
    }

    private AcquireResult Acquire(RateLimitGroup[] groups, LimitedRequest request, RateLimitLease? held, int freeReplicas)
    {
        var timed = Timed(request) with { FreeReplicas = freeReplicas };
        if (held is null)
            return RateLimiter.TryAcquire(groups, timed, Clock, out var lease, out var refusal)
                ? new AcquireResult(lease, null)
                : new AcquireResult(null, refusal);
        return RateLimiter.TryMove(held, groups, timed, out var refused) ? new AcquireResult(held, null) : new AcquireResult(null, refused);
    }

    private LimitedRequest Timed(LimitedRequest request) => request with { Now = Clock.GetUtcNow().UtcTicks, Stamp = counters?.Stamp ?? 0 };

    private RateLimitGroup Find(LimitScope scope, string name)
    {
        // Model names differ in case only by the client's whim.
        var id = scope == LimitScope.Model ? name.ToLowerInvariant() : name;
        var now = time.GetUtcNow().UtcTicks;
        if (!_groups.TryGetValue((scope, id), out var group))
        {
            var subject = HasRoom(now) ? id : Others;
            group = _groups.GetOrAdd((scope, subject), _ => new RateLimitGroup(Leases(scope, subject)));
        }
        group.LastUsed = now;
        return group;
    }

    private bool HasRoom(long now)
    {
        if (_groups.Count < most || counters is not null)
            return _groups.Count < most;
        var swept = Interlocked.Read(ref _sweptAt);
        if (now - swept >= SweepPause.Ticks && Interlocked.CompareExchange(ref _sweptAt, now, swept) == swept)
            foreach (var (subject, group) in _groups)
                if (now - group.LastUsed > Idle.Ticks && group.IsEmpty(now))
                    _groups.TryRemove(subject, out _);
        return _groups.Count < most;
    }
}
