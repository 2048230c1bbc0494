using Npgsql;

namespace PromptGateway.Storage.Postgres;

/// <summary>Deletes old ledger rows. What they had cost is added to <c>expired_spend</c> in the same transaction.</summary>
internal static class UsageRetention
{
    /// <summary>Summing up a month may take longer than a query of the gateway's daily work.</summary>
    private const int SumSeconds = 600;

    private const string Sums = """
        SELECT key_id, COALESCE(team, ''), COALESCE(requested_model, ''), COALESCE(upstream_model, ''),
               COALESCE(SUM(cost_nano_usd), 0)::bigint, SUM(input_tokens::numeric + output_tokens)::bigint
        """;

    private const string Add = "INSERT INTO expired_spend (key_id, team, requested_model, upstream_model, cost_nano_usd, tokens)";

    private const string OnConflict = """
        ON CONFLICT (key_id, team, requested_model, upstream_model) DO UPDATE
        SET cost_nano_usd = expired_spend.cost_nano_usd + excluded.cost_nano_usd, tokens = expired_spend.tokens + excluded.tokens
        """;

    /// <summary>
    /// Drops a whole partition. Rows that still want to go into it wait meanwhile; the table above it is locked only for the drop itself,
    /// and not waited for longer than <c>lock_timeout</c>: a long report makes this fail, and it is done at the next turn.
    /// </summary>
    /// <returns>How many rows it had.</returns>
    public static async Task<long> DropAsync(NpgsqlConnection connection, DateOnly month, CancellationToken cancellationToken)
    {
        var partition = UsagePartitions.NameOf(month);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync("SET LOCAL lock_timeout = '2s'", cancellationToken);
        await connection.ExecuteAsync($"LOCK TABLE {partition} IN SHARE MODE", cancellationToken);
        await using var sum = connection.Command($"{Add} {Sums} FROM {partition} GROUP BY 1, 2, 3, 4 {OnConflict}");
        sum.CommandTimeout = SumSeconds;
        await sum.ExecuteNonQueryAsync(cancellationToken);
        await using var count = connection.Command($"SELECT COUNT(*) FROM {partition}");
        count.CommandTimeout = SumSeconds;
        var rows = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        await connection.ExecuteAsync($"DROP TABLE {partition}", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return rows;
    }

    /// <summary>Deletes a part of a partition in batches, each a transaction of its own.</summary>
    public static async Task<long> DeleteAsync(
        NpgsqlConnection connection,
        DateOnly month,
        DateTimeOffset before,
        int batchSize,
        CancellationToken cancellationToken
    )
    {
        var partition = UsagePartitions.NameOf(month);
        for (long deleted = 0; ; )
        {
            var batch = await connection.ScalarAsync<long>(
                $"""
                WITH gone AS (
                    DELETE FROM {partition}
                    WHERE ctid = ANY (ARRAY(SELECT ctid FROM {partition} WHERE started_at < $1 ORDER BY started_at LIMIT $2 FOR UPDATE))
                    RETURNING *
                ), kept AS ({Add} {Sums} FROM gone GROUP BY 1, 2, 3, 4 {OnConflict})
                SELECT COUNT(*) FROM gone
                """,
                cancellationToken,
                PostgresTime.Write(before),
                batchSize
            );
            deleted += batch;
            if (batch < batchSize)
                return deleted;
        }
    }
}
