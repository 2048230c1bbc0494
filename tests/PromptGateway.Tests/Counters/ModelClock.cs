namespace PromptGateway.Tests.Counters;

/// <summary>A clock, and a stopwatch with an origin of its own, that stand until they are moved.</summary>
internal sealed class ModelClock(TimeSpan wallSkew, long stopwatchOrigin) : TimeProvider
{
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero) + wallSkew + _elapsed;

    public override long GetTimestamp() => stopwatchOrigin + _elapsed.Ticks;

    public void Advance(TimeSpan by) => _elapsed += by;
}
