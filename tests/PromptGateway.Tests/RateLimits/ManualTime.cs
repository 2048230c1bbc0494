namespace PromptGateway.Tests.RateLimits;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private long _ticks = start.UtcTicks;

    public ManualTime()
        : this(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero)) { }

    public long Ticks => Volatile.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => new(Ticks, TimeSpan.Zero);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
