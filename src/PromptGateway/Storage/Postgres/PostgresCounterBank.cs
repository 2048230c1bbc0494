using Npgsql;
using NpgsqlTypes;
using PromptGateway.Counters;

namespace PromptGateway.Storage.Postgres;

/// <summary>
/// The tables <c>shared_counters</c> and <c>counter_leases</c>; what is granted is decided in the function <c>lease_counters</c>. Has
/// connections of its own, so that neither reports nor the ledger keep admission waiting.
/// </summary>
internal sealed class PostgresCounterBank : ICounterBank, IAsyncDisposable, IDisposable
{
    /// <summary>Of <c>NOTIFY</c>; the payload is <c>short</c> or <c>returned</c>, the replica and the counter's name.</summary>
    public const string Channel = "promptgateway_counters";
    private const int Connections = 6;
    private readonly PostgresDatabase _database;
    private readonly CounterOptions _options;
    private readonly NpgsqlDataSource _source;

    public PostgresCounterBank(PostgresDatabase database, PostgresOptions postgres, CounterOptions options)
    {
        (_database, _options) = (database, options);
        var settings = new NpgsqlConnectionStringBuilder(postgres.ConnectionString)
        {
            MaxPoolSize = Connections,
            // Who waits has given up already; a connection that does not react is thrown away.
            CancellationTimeout = 200,
            MaxAutoPrepare = 8,
            AutoPrepareMinUsages = 2,
        };
        _source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    /// <returns>Null when the payload is none of this bank's.</returns>
    public static CounterSignal? ReadSignal(string payload) =>
        payload.Split(' ', 3) is [var word, var from, var counter] ? new CounterSignal(from, counter, word == "returned") : null;

    public async Task<LeaseAnswer?[]> LeaseAsync(string holder, IReadOnlyList<LeaseRequest> requests, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(
            "SELECT * FROM lease_counters($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        );
        command.Parameters.AddWithValue(holder);
        command.Parameters.AddWithValue(_options.Lease);
        command.Parameters.AddWithValue(_options.AbandonAfter);
        Add(command, requests, request => PostgresText.Write(request.Counter));
        Add(command, requests, request => request.Window);
        Add(command, requests, request => (short)request.Kind);
        Add(command, requests, request => request.Cap);
        Add(command, requests, request => request.CapVersion);
        Add(command, requests, request => request.Sequence);
        Add(command, requests, request => request.Booked);
        Add(command, requests, request => request.Least);
        Add(command, requests, request => request.Need);
        Add(command, requests, request => request.Want);
        Add(command, requests, request => request.WaitingSince);
        Add(command, requests, request => request.Keep);
        Add(command, requests, request => request.Retain);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var answers = new LeaseAnswer?[requests.Count];
        while (await reader.ReadAsync(cancellationToken))
            answers[reader.GetInt32(0) - 1] = Read(reader);
        return answers;
    }

    public async Task OpenAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        var filter =
            request.Ledger ?? throw new ArgumentException("A counter over the ledger must say which rows it sums.", nameof(request));
        await using var command = _source.CreateCommand("SELECT open_counter($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
        // Reading a long ledger takes its time; the token says how much.
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue(PostgresText.Write(request.Counter));
        command.Parameters.AddWithValue(request.Window);
        command.Parameters.AddWithValue(request.Cap);
        command.Parameters.AddWithValue(request.CapVersion);
        command.Parameters.AddWithValue(filter.Scope);
        command.Parameters.AddWithValue(PostgresText.Write(filter.Subject));
        command.Parameters.AddWithValue(filter.Money);
        var patterns = filter.Models?.Select(GlobPattern.Like).ToArray();
        command.Parameters.Add(
            new NpgsqlParameter { Value = (object?)patterns ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }
        );
        command.Parameters.Add(Time(filter.From));
        command.Parameters.Add(Time(filter.Until));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first use of the bank: brings the schema up to date.</summary>
    public async Task<long> ReadClockAsync(CancellationToken cancellationToken)
    {
        await using (await _database.OpenAsync(cancellationToken)) { }
        await using var command = _source.CreateCommand("SELECT ticks(clock_timestamp())");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// Budgets without an end stay, since the ledger may have lost rows to retention since they began; not those of sessions, which are many
    /// and begin with the ledger's rows again.
    /// </summary>
    public async Task PurgeAsync(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(
            """
            DELETE FROM shared_counters c
            WHERE c.used_at < now() - interval '2 days' AND (c.kind <> 2 OR c.scope = 'session' OR c.until_time < now() - interval '40 days')
              AND NOT EXISTS (SELECT FROM counter_leases l
                              WHERE l.name = c.name AND l.window_start = c.window_start AND l.hold > 0 AND l.returns_at > now());
            DELETE FROM counter_leases l
            WHERE l.returns_at < now() - interval '7 days' AND l.hold = 0
               OR NOT EXISTS (SELECT FROM shared_counters c WHERE c.name = l.name AND c.window_start = l.window_start)
            """
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    public void Dispose() => _source.Dispose();

    private static void Add<T>(NpgsqlCommand command, IReadOnlyList<LeaseRequest> requests, Func<LeaseRequest, T> value) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. requests.Select(value)] });

    private static NpgsqlParameter Time(DateTimeOffset? time) =>
        new() { Value = time is { } at ? PostgresTime.Write(at) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static LeaseAnswer Read(NpgsqlDataReader row) =>
        new(
            row.GetInt64(1),
            row.GetInt64(2),
            row.GetInt64(3),
            row.GetInt64(4),
            row.GetInt64(5),
            row.GetInt32(6),
            row.GetInt64(7),
            row.GetBoolean(8),
            row.GetInt64(9)
        );
}
