using Npgsql;
using PromptGateway.Keys;

namespace PromptGateway.Storage.Postgres;

/// <summary>
/// The <c>keys</c> table. Each change raises the counter <c>key_version</c> in its own transaction, leaves the new value in the row, and
/// notifies the other replicas when it commits. The counter's row is locked first: changes wait for each other in one order.
/// </summary>
internal sealed class PostgresKeyStore(PostgresDatabase database) : IKeyStore
{
    /// <summary>Of <c>NOTIFY</c>; the payload is the new version.</summary>
    public const string Channel = "promptgateway_keys";

    public async Task<long> GetVersionAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await ReadVersionAsync(connection, cancellationToken);
    }

    public Task<KeyChanges> ReadChangesAsync(long since, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (connection, cancellation) =>
                new KeyChanges(
                    await ReadVersionAsync(connection, cancellation),
                    await ReadKeysAsync(connection, since, cancellation),
                    await ReadIdsAsync(connection, cancellation)
                ),
            cancellationToken
        );

    public async Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(connection, id, cancellationToken);
    }

    public Task<ApiKey> InsertAsync(ApiKey key, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (connection, cancellation) =>
            {
                var stored = key with { Version = await NextVersionAsync(connection, cancellation) };
                await connection.ExecuteAsync(KeyColumns.InsertSql, cancellation, KeyColumns.Values(stored));
                return stored;
            },
            cancellationToken
        );

    public Task<ApiKey?> UpdateAsync(string id, Func<ApiKey, ApiKey> change, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (connection, cancellation) =>
            {
                await LockVersionAsync(connection, cancellation);
                if (await FindAsync(connection, id, cancellation) is not { } found)
                    return null;
                var changed = change(found) with { Id = id, Version = await NextVersionAsync(connection, cancellation) };
                await connection.ExecuteAsync(KeyColumns.UpdateSql, cancellation, KeyColumns.Values(changed));
                return changed;
            },
            cancellationToken
        );

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (connection, cancellation) =>
            {
                await LockVersionAsync(connection, cancellation);
                if (await connection.ExecuteAsync("DELETE FROM keys WHERE id = $1", cancellation, id) == 0)
                    return false;
                await NextVersionAsync(connection, cancellation);
                return true;
            },
            cancellationToken
        );

    private static async Task<ApiKey?> FindAsync(NpgsqlConnection connection, string id, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(KeyColumns.SelectSql + " WHERE id = $1", id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? KeyColumns.Read(new PostgresRow(reader)) : null;
    }

    private static async Task<List<ApiKey>> ReadKeysAsync(NpgsqlConnection connection, long since, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(KeyColumns.SelectSql + " WHERE version > $1", since);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<ApiKey>();
        while (await reader.ReadAsync(cancellationToken))
            keys.Add(KeyColumns.Read(new PostgresRow(reader)));
        return keys;
    }

    private static async Task<HashSet<string>> ReadIdsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.Command("SELECT id FROM keys");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.Text(0));
        return ids;
    }

    private static Task<long> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ScalarAsync<long>("SELECT value FROM counters WHERE name = 'key_version'", cancellationToken);

    private static Task<int> LockVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync("SELECT FROM counters WHERE name = 'key_version' FOR UPDATE", cancellationToken);

    private static Task<long> NextVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ScalarAsync<long>(
            $"""
            WITH next AS (UPDATE counters SET value = value + 1 WHERE name = 'key_version' RETURNING value)
            SELECT value FROM next, pg_notify('{Channel}', value::text)
            """,
            cancellationToken
        );
}
