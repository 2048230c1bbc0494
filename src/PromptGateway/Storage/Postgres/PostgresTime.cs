namespace PromptGateway.Storage.Postgres;

/// <summary>Times are stored with whole microseconds, UTC; what is finer is cut off.</summary>
internal static class PostgresTime
{
    public static DateTime Write(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    public static DateTimeOffset Read(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
