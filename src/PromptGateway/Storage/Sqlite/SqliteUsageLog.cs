using Microsoft.Data.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Storage.Sqlite;

/// <summary>
/// The <c>usage</c> table. A batch is one transaction; it survives a crash of the process, while a power loss may take the newest
/// batches (<see cref="Durability.ProcessCrash"/>). Reports read a snapshot over their own connection and hold up no append.
/// </summary>
internal sealed class SqliteUsageLog(SqliteDatabase database) : IUsageLog, IDisposable
{
    private readonly SqliteSession _writer = new(database, Durability.ProcessCrash);
    private UsageInsert? _insert;

    public Task AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellationToken) =>
        records.Count == 0
            ? Task.CompletedTask
            : _writer.WriteAsync(
                connection =>
                {
                    var insert = InsertOn(connection);
                    for (var i = 0; i < records.Count; i++)
                        Insert(insert, records[i]);
                    return records.Count;
                },
                cancellationToken
            );

    public Task<UsageRecord?> FindAsync(string requestId, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var command = connection.Command($"SELECT {UsageColumns.List} FROM usage WHERE request_id = $id", ("$id", requestId));
                using var reader = command.ExecuteReader();
                return reader.Read() ? UsageColumns.Read(new SqliteRow(reader)) : null;
            },
            cancellationToken
        );

    public Task<UsageReport> ReportAsync(UsageQuery query, CancellationToken cancellationToken) =>
        ReadAsync(connection => UsageReportReader.Read(connection, query), cancellationToken);

    public async Task<long> DeleteBeforeAsync(DateTimeOffset before, int batchSize, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        for (long deleted = 0; ; )
        {
            var batch = await _writer.WriteAsync(connection => DeleteBatch(connection, before, batchSize), cancellationToken);
            deleted += batch;
            if (batch < batchSize)
                return deleted;
        }
    }

    public void Dispose()
    {
        _insert?.Dispose();
        _writer.Dispose();
    }

    private static void Insert(UsageInsert insert, UsageRecord record)
    {
        try
        {
            insert.Run(record);
        }
        catch (SqliteException e)
            when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_TOOBIG or SQLitePCL.raw.SQLITE_MISMATCH)
        {
            throw new UsageRowsRefusedException(e.Message, e);
        }
    }

    /// <summary>What the rows had cost is added to <c>expired_spend</c> in the same transaction.</summary>
    private static int DeleteBatch(SqliteConnection connection, DateTimeOffset before, int batchSize)
    {
        const string Batch = "SELECT id FROM usage WHERE started_at < $before ORDER BY started_at, id LIMIT $batch";
        (string, object?)[] values = [("$before", SqliteTime.Write(before)), ("$batch", batchSize)];
        connection.Execute(
            $"""
            INSERT INTO expired_spend (key_id, team, requested_model, upstream_model, cost_nano_usd, tokens)
            SELECT key_id, COALESCE(team, ''), COALESCE(requested_model, ''), COALESCE(upstream_model, ''),
                   COALESCE(SUM(cost_nano_usd), 0), SUM(input_tokens + output_tokens)
            FROM usage WHERE id IN ({Batch}) GROUP BY 1, 2, 3, 4
            ON CONFLICT (key_id, team, requested_model, upstream_model) DO UPDATE
            SET cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd, tokens = tokens + excluded.tokens
            """,
            values
        );
        return connection.Execute($"DELETE FROM usage WHERE id IN ({Batch})", values);
    }

    private UsageInsert InsertOn(SqliteConnection connection)
    {
        if (_insert?.Connection != connection)
        {
            _insert?.Dispose();
            _insert = new UsageInsert(connection);
        }
        return _insert;
    }

    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                using var connection = database.Open(Durability.ProcessCrash);
                // A long report stops when nobody waits for it any more.
                using var _ = cancellationToken.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle));
                using var snapshot = connection.BeginTransaction(deferred: true);
                try
                {
                    return read(connection);
                }
                catch (SqliteException) when (cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException(cancellationToken);
                }
            },
            cancellationToken
        );
}
