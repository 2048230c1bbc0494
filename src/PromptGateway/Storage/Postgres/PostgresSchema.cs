using Npgsql;

namespace PromptGateway.Storage.Postgres;

/// <summary>
/// Brings a database up to date. Each step runs in a transaction of its own that first takes an advisory lock, so that of several
/// replicas that start together one runs it and the others wait and find it done.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>A number of this program's own; only those who ask for the same one wait for each other.</summary>
    private const long MigrationLock = 0x50_47_53_43_48_45_4D_41;

    /// <summary>A step on a large ledger may take long; a lock held elsewhere may not.</summary>
    private const int StepSeconds = 600;

    /// <summary>The schema that this version reads and writes.</summary>
    public static int Version => PostgresMigration.All.Count;

    /// <exception cref="StorageException">The schema is newer than this program.</exception>
    public static async Task UpgradeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var found = await ReadVersionAsync(connection, cancellationToken);
        while (found < Version)
            found = await StepAsync(connection, cancellationToken);
        Check(found, connection);
    }

    /// <returns>The version afterwards.</returns>
    private static async Task<int> StepAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync("SET LOCAL lock_timeout = '60s'", cancellationToken);
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock($1)", cancellationToken, MigrationLock);
        await connection.ExecuteAsync(
            "CREATE TABLE IF NOT EXISTS schema_steps (number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
            cancellationToken
        );
        var found = await ReadVersionAsync(connection, cancellationToken);
        Check(found, connection);
        if (found == Version)
            return found;
        var next = PostgresMigration.All[found];
        await using (var command = new NpgsqlCommand(next.Sql, connection) { CommandTimeout = StepSeconds })
            await command.ExecuteNonQueryAsync(cancellationToken);
        await connection.ExecuteAsync("INSERT INTO schema_steps (number, name) VALUES ($1, $2)", cancellationToken, next.Number, next.Name);
        await transaction.CommitAsync(cancellationToken);
        return next.Number;
    }

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync<bool>("SELECT to_regclass('schema_steps') IS NULL", cancellationToken))
            return 0;
        return await connection.ScalarAsync<int>("SELECT COALESCE(MAX(number), 0) FROM schema_steps", cancellationToken);
    }

    private static void Check(int found, NpgsqlConnection connection)
    {
        if (found > Version)
            throw new StorageException(
                $"The PostgreSQL database {connection.Database} on {connection.Host} was brought up to date by a newer PromptGateway "
                    + $"(its schema is {found}, this version knows up to {Version}). Run that version, restore a backup, or name another "
                    + $"database in {StorageConfiguration.DatabaseVariable}."
            );
    }
}
