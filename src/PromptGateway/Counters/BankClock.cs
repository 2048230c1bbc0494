namespace PromptGateway.Counters;

/// <summary>
/// The time of the bank, as well as it is known: windows that replicas share must begin at the same moment for all, whatever their own
/// clocks say. Until the bank has been heard, and without one, it is the replica's own.
/// </summary>
internal sealed class BankClock(TimeProvider time) : TimeProvider
{
    private long _ahead;

    /// <summary>By how much the bank's clock is ahead of this machine's.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Volatile.Read(ref _ahead));

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Ahead;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);

    /// <param name="bankTicks">What the bank's clock said, UTC ticks.</param>
    /// <param name="took">Between question and answer; it was said about in the middle.</param>
    public void Set(long bankTicks, TimeSpan took) => Volatile.Write(ref _ahead, bankTicks - time.GetUtcNow().UtcTicks + (took.Ticks / 2));
}
