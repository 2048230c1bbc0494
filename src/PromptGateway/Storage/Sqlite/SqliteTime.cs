namespace PromptGateway.Storage.Sqlite;

/// <summary>Times are stored as whole microseconds since 1970, UTC; what is finer is cut off.</summary>
internal static class SqliteTime
{
    public static long Write(DateTimeOffset time) =>
        Math.DivRem(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond).Quotient;

    public static DateTimeOffset Read(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}
