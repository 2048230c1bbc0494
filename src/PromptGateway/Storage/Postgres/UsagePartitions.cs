using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using PromptGateway.Usage;

namespace PromptGateway.Storage.Postgres;

/// <summary>
/// The partitions of the ledger, one a month (UTC), named <c>usage_2026_11</c>. They are made before a row needs them, the next month's
/// along with this month's, so that no row waits for one at midnight. There is no default partition: rows in it would stand in the way
/// of the month's own.
/// </summary>
internal sealed class UsagePartitions
{
    private const long PartitionLock = 0x50_47_50_41_52_54_53_31;
    private readonly ConcurrentDictionary<DateOnly, bool> _known = new();

    /// <summary>Makes what the rows need and the month after the newest of them.</summary>
    public async Task EnsureAsync(NpgsqlConnection connection, IReadOnlyList<UsageRecord> records, CancellationToken cancellationToken)
    {
        HashSet<DateOnly>? missing = null;
        foreach (var record in records)
            if (!_known.ContainsKey(MonthOf(record.StartedAt)))
                (missing ??= []).Add(MonthOf(record.StartedAt));
        if (missing is null)
            return;
        if (missing.Max() is var newest && newest.Year < 9999)
            missing.Add(newest.AddMonths(1));
        foreach (var month in missing)
            await CreateAsync(connection, month, cancellationToken);
        // The month ahead stays unknown: with its first row the one after it is made.
        foreach (var record in records)
            _known.TryAdd(MonthOf(record.StartedAt), true);
    }

    /// <summary>What is known may be wrong: another replica has deleted a partition.</summary>
    public void Forget() => _known.Clear();

    public static DateOnly MonthOf(DateTimeOffset time) => new(time.UtcDateTime.Year, time.UtcDateTime.Month, 1);

    public static string NameOf(DateOnly month) => string.Create(CultureInfo.InvariantCulture, $"usage_{month:yyyy_MM}");

    /// <summary>Months that have a partition, oldest first.</summary>
    public static async Task<List<DateOnly>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'usage'::regclass ORDER BY 1"
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var months = new List<DateOnly>();
        while (await reader.ReadAsync(cancellationToken))
            if (DateOnly.TryParseExact(reader.GetString(0), "'usage_'yyyy_MM", out var month))
                months.Add(month);
        return months;
    }

    /// <summary>
    /// A table is made and then attached, which holds up neither reading nor writing of the others, as making it a partition at once would.
    /// </summary>
    private static async Task CreateAsync(NpgsqlConnection connection, DateOnly month, CancellationToken cancellationToken)
    {
        var name = NameOf(month);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock($1)", cancellationToken, PartitionLock);
        if (await connection.ScalarAsync<bool>("SELECT to_regclass($1) IS NULL", cancellationToken, name))
        {
            // The bounds are UTC whatever the server's time zone is.
            var to = month is { Year: 9999, Month: 12 } ? "MAXVALUE" : $"'{month.AddMonths(1):yyyy-MM-dd} 00:00:00+00'";
            await connection.ExecuteAsync($"CREATE TABLE {name} (LIKE usage INCLUDING DEFAULTS INCLUDING CONSTRAINTS)", cancellationToken);
            await connection.ExecuteAsync(
                $"ALTER TABLE usage ATTACH PARTITION {name} FOR VALUES FROM ('{month:yyyy-MM-dd} 00:00:00+00') TO ({to})",
                cancellationToken
            );
        }
        await transaction.CommitAsync(cancellationToken);
    }
}
