using PromptGateway.Keys;

namespace PromptGateway.RateLimits;

/// <summary>What was counted for one limit in the present window. Everything that changes is guarded by <see cref="Gate"/>.</summary>
internal sealed class RateLimitBucket(Lock gate, RateLimit limit)
{
    private LimitQueue? _queue;
    private readonly ModelFilter? _models = ModelFilter.From(limit.Models ?? []);
    private readonly ModelFilter? _upstreams = ModelFilter.From(limit.Upstreams ?? []);

    public Lock Gate => gate;
    public RateLimit Limit { get; private set; } = limit;
    public long Used { get; private set; }

    /// <summary>Number of the window since year 1; a clock that steps back does not open an old one again.</summary>
    public long Window { get; private set; }

    public long Remaining => Math.Max(0, Limit.Amount - Used);

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
        var window = now / Limit.WindowTicks;
        if (window <= Window || Limit.Kind == LimitKind.Concurrent)
            return;
        Window = window;
        Used = 0;
    }

    /// <summary>Subtraction, since a settled request may have driven <see cref="Used"/> past the amount.</summary>
    public bool Fits(long tokens) => CostOf(tokens) <= Limit.Amount - Used;

    public void Charge(long tokens) => Used += CostOf(tokens);

    /// <summary>Ticks until the window ends; a second for concurrent requests, whose end nobody knows.</summary>
    public long TicksToReset(long now) =>
        Limit.Kind == LimitKind.Concurrent
            ? TimeSpan.TicksPerSecond
            : Math.Max(1, ((Math.Max(Window, now / Limit.WindowTicks) + 1) * Limit.WindowTicks) - now);

    /// <summary>
    /// The request is over. Tokens that were reserved too many come back to the window they were taken from; tokens that were used
    /// beyond the reservation are charged even when that window is over, or long answers would be free.
    /// </summary>
    public void Settle(long window, long reserved, long used, long now)
    {
        if (Limit.Kind == LimitKind.Concurrent)
            Used--;
        else if (Limit.Kind == LimitKind.Tokens)
        {
            Roll(now);
            Used += Window == window ? used - reserved : Math.Max(0, used - reserved);
        }
    }

    /// <summary>The request is not to count at all: everything comes back to the window it was taken from.</summary>
    public void GiveBack(long window, long reserved, long now)
    {
        if (Limit.Kind != LimitKind.Requests)
            Settle(window, reserved, 0, now);
        else if (Window == window)
            Used--;
    }

    /// <summary>0 to 1: what is left. For metrics, without the lock.</summary>
    /// <param name="now">UTC ticks.</param>
    public double ShareLeft(long now) =>
        Limit.Kind != LimitKind.Concurrent && now / Limit.WindowTicks > Window ? 1 : (double)Remaining / Limit.Amount;

    public RateLimitBucket With(RateLimit changed)
    {
        Limit = changed;
        return this;
    }

    private long CostOf(long tokens) => Limit.Kind == LimitKind.Tokens ? tokens : 1;
}
