using PromptGateway.Counters;
using PromptGateway.Keys;

namespace PromptGateway.RateLimits;

/// <summary>What was counted for one limit in the present window. Everything that changes is guarded by <see cref="Gate"/>.</summary>
internal sealed class RateLimitBucket(Lock gate, RateLimit limit, LeasedCounter? lease = null)
{
    private LimitQueue? _queue;
    private readonly ModelFilter? _models = ModelFilter.From(limit.Models ?? []);
    private readonly ModelFilter? _upstreams = ModelFilter.From(limit.Upstreams ?? []);

    private long _used;

    /// <summary>UTC ticks; what is between the two needs no division. The first is a window earlier: a clock may step back a little.</summary>
    private long _since;
    private long _windowEnds;

    public Lock Gate => gate;
    public RateLimit Limit { get; private set; } = limit;
    public long Used => lease is null ? _used : lease.Used + lease.Reserved;

    /// <summary>This replica's part of it; null when there is one gateway alone.</summary>
    public LeasedCounter? Lease => lease;

    /// <summary>
    /// Number of the window since year 1. A clock that steps back a little does not open an old one again; one that has been far ahead
    /// and is set right does, or this window would last until that time has come.
    /// </summary>
    public long Window { get; private set; }

    public long Remaining => lease?.Remaining ?? Math.Max(0, Limit.Amount - _used);

    /// <summary>Nothing of the request's body has to be known to charge it.</summary>
    public bool NeedsNoBody => _models is null && _upstreams is null && Limit.Kind != LimitKind.Tokens && Limit.QueueMs == 0;

    /// <summary>Where requests wait for room; null: nobody has had to.</summary>
    public LimitQueue? Queue => Volatile.Read(ref _queue);

    /// <summary>Somebody has waited longer than whoever comes now.</summary>
    public bool HasLine => Queue is { Count: > 0 };

    /// <summary>Makes the queue when the limit is to have one.</summary>
    public LimitQueue? OpenQueue(TimeProvider time)
    {
        if (Limit.QueueMs == 0 || _queue is not null)
            return _queue;
        lock (gate)
            return _queue ??= new LimitQueue(time);
    }

    /// <summary>By the name asked for or by the name that goes upstream, so that an alias is no way round.</summary>
    public bool AppliesTo(in LimitedRequest request) =>
        request.BodyUnread
            ? NeedsNoBody
            : (
                _models is null
                || (request.Requested is not null && _models.Allows(request.Requested))
                || (request.Upstream is not null && _models.Allows(request.Upstream))
            ) && (_upstreams is null || (request.UpstreamId is not null && _upstreams.Allows(request.UpstreamId)));

    /// <param name="now">UTC ticks.</param>
    public void Roll(long now)
    {
        if (now < _windowEnds && now >= _since && lease is null)
            return;
        if (lease is { IsOpen: false })
            lease.Declare(Limit.Amount, Limit.Version);
        if (Limit.Kind == LimitKind.Concurrent)
        {
            lease?.Open(0);
            return;
        }
        var window = now / Limit.WindowTicks;
        if (window <= Window && window >= Window - 1)
            return;
        Window = window;
        _since = (window - 1) * Limit.WindowTicks;
        _windowEnds = (window + 1) * Limit.WindowTicks;
        _used = 0;
        lease?.Open(window * Limit.WindowTicks);
    }

    /// <summary>Subtraction, since a settled request may have driven <see cref="Used"/> past the amount.</summary>
    public bool Fits(in LimitedRequest request)
    {
        var cost = CostOf(request.Tokens);
        return lease is null
            ? cost <= Limit.Amount - _used
            : lease.Fits(cost, request.Stamp)
                || (request.FreeReplicas > 0 && lease.FitsWithin(cost, lease.EqualPart(request.FreeReplicas)));
    }

    public void Charge(long tokens)
    {
        var cost = CostOf(tokens);
        if (lease is null)
        {
            _used += cost;
            return;
        }
        lease.Reserve(cost);
        if (Limit.Kind == LimitKind.Requests)
            lease.Settle(cost, cost);
    }

    /// <summary>What a request needs of the shared counter.</summary>
    public Shortage Shortage(long tokens) => new(lease!, CostOf(tokens));

    /// <summary>Ticks until the window ends; a second for concurrent requests, whose end nobody knows.</summary>
    public long TicksToReset(long now) =>
        Limit.Kind == LimitKind.Concurrent ? TimeSpan.TicksPerSecond
        : now < _windowEnds ? _windowEnds - now
        : Math.Max(1, ((Math.Max(Window, now / Limit.WindowTicks) + 1) * Limit.WindowTicks) - now);

    /// <summary>
    /// The request is over. Tokens that were reserved too many come back to the window they were taken from; tokens that were used
    /// beyond the reservation are charged even when that window is over, or long answers would be free.
    /// </summary>
    public void Settle(long window, long reserved, long used, long now)
    {
        if (Limit.Kind == LimitKind.Concurrent)
            Settle(1, 0);
        else if (Limit.Kind == LimitKind.Tokens)
        {
            Roll(now);
            if (Window == window)
                Settle(reserved, used);
            else
                Settle(0, Math.Max(0, used - reserved));
        }
    }

    private void Settle(long reserved, long used)
    {
        if (lease is null)
            _used += used - reserved;
        else
            lease.Settle(reserved, used);
    }

    /// <summary>The request is not to count at all: everything comes back to the window it was taken from.</summary>
    public void GiveBack(long window, long reserved, long now)
    {
        if (Limit.Kind != LimitKind.Requests)
            Settle(window, reserved, 0, now);
        else if (Window == window)
            Settle(0, -1);
    }

    /// <summary>0 to 1: what is left. For metrics, without the lock.</summary>
    /// <param name="now">UTC ticks.</param>
    public double ShareLeft(long now) =>
        Limit.Kind != LimitKind.Concurrent && now / Limit.WindowTicks > Window ? 1 : (double)Remaining / Limit.Amount;

    public RateLimitBucket With(RateLimit changed)
    {
        if (lease is { IsOpen: true } && changed.Amount != Limit.Amount)
            lease.Declare(changed.Amount, changed.Version);
        Limit = changed;
        return this;
    }

    private long CostOf(long tokens) => Limit.Kind == LimitKind.Tokens ? tokens : 1;
}
