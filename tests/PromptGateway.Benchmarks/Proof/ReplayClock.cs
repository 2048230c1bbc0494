namespace PromptGateway.Benchmarks.Proof;

/// <summary>Some seconds between two requests of a conversation.</summary>
internal sealed class ReplayClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 7, 14, 9, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan time) => _now += time;
}
