using Npgsql;
using PromptGateway.Usage;

namespace PromptGateway.Storage.Postgres;

/// <summary>
/// The <c>usage</c> table, a partition a month. A batch is one transaction and durable as the server's <c>synchronous_commit</c> says.
/// </summary>
internal sealed class PostgresUsageLog(PostgresDatabase database) : IUsageLog
{
    private const string NoPartition = PostgresErrorCodes.CheckViolation;
    private readonly UsagePartitions _partitions = new();

    public async Task AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellationToken)
    {
        if (records.Count == 0)
            return;
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            await _partitions.EnsureAsync(connection, records, cancellationToken);
            try
            {
                await UsageInsert.RunAsync(connection, records, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == NoPartition)
            {
                _partitions.Forget();
                await _partitions.EnsureAsync(connection, records, cancellationToken);
                await UsageInsert.RunAsync(connection, records, cancellationToken);
            }
        }
        catch (PostgresException e) when (IsOfTheRows(e))
        {
            throw new UsageRowsRefusedException(e.MessageText, e);
        }
    }

    public async Task<UsageRecord?> FindAsync(string requestId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command($"SELECT {UsageColumns.List} FROM usage WHERE request_id = $1", requestId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? UsageColumns.Read(new PostgresRow(reader)) : null;
    }

    public Task<UsageReport> ReportAsync(UsageQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync((connection, cancellation) => UsageReportReader.ReadAsync(connection, query, cancellation), cancellationToken);

    public async Task<long> DeleteBeforeAsync(DateTimeOffset before, int batchSize, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        await using var connection = await database.OpenAsync(cancellationToken);
        long deleted = 0;
        foreach (var month in await UsagePartitions.ListAsync(connection, cancellationToken))
        {
            if (month > UsagePartitions.MonthOf(before))
                break;
            deleted +=
                month == UsagePartitions.MonthOf(before)
                    ? await UsageRetention.DeleteAsync(connection, month, before, batchSize, cancellationToken)
                    : await UsageRetention.DropAsync(connection, month, cancellationToken);
        }
        return deleted;
    }

    /// <summary>Class 22 is data that a type cannot hold, class 23 a broken rule of the table: the same rows fail again.</summary>
    private static bool IsOfTheRows(PostgresException e) =>
        e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal);
}
