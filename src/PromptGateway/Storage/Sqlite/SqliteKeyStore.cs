using Microsoft.Data.Sqlite;
using PromptGateway.Keys;

namespace PromptGateway.Storage.Sqlite;

/// <summary>
/// The <c>keys</c> table. Each change raises the counter <c>key_version</c> in its own transaction and leaves the new value in the
/// row, so that every process sees what changed since it last looked.
/// </summary>
internal sealed class SqliteKeyStore(SqliteDatabase database) : IKeyStore, IDisposable
{
    private readonly SqliteSession _session = new(database, Durability.PowerLoss);

    public Task<long> GetVersionAsync(CancellationToken cancellationToken) => _session.RunAsync(ReadVersion, cancellationToken);

    public Task<KeyChanges> ReadChangesAsync(long since, CancellationToken cancellationToken) =>
        _session.RunAsync(
            connection =>
            {
                // One snapshot for the three reads.
                using var transaction = connection.BeginTransaction(deferred: true);
                return new KeyChanges(ReadVersion(connection), ReadKeys(connection, since), ReadIds(connection));
            },
            cancellationToken
        );

    public Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken) =>
        _session.RunAsync(connection => Find(connection, id), cancellationToken);

    public Task<ApiKey> InsertAsync(ApiKey key, CancellationToken cancellationToken) =>
        _session.WriteAsync(
            connection =>
            {
                var stored = key with { Version = NextVersion(connection) };
                connection.ExecuteInOrder(KeyColumns.InsertSql, KeyColumns.Values(stored));
                return stored;
            },
            cancellationToken
        );

    public Task<ApiKey?> UpdateAsync(string id, Func<ApiKey, ApiKey> change, CancellationToken cancellationToken) =>
        _session.WriteAsync(
            connection =>
            {
                if (Find(connection, id) is not { } found)
                    return null;
                var changed = change(found) with { Id = id, Version = NextVersion(connection) };
                connection.ExecuteInOrder(KeyColumns.UpdateSql, KeyColumns.Values(changed));
                return changed;
            },
            cancellationToken
        );

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        _session.WriteAsync(
            connection =>
            {
                if (connection.Execute("DELETE FROM keys WHERE id = $id", ("$id", id)) == 0)
                    return false;
                NextVersion(connection);
                return true;
            },
            cancellationToken
        );

    public void Dispose() => _session.Dispose();

    private static ApiKey? Find(SqliteConnection connection, string id)
    {
        using var command = connection.Command(KeyColumns.SelectSql + " WHERE id = $id", ("$id", id));
        using var reader = command.ExecuteReader();
        return reader.Read() ? KeyColumns.Read(new SqliteRow(reader)) : null;
    }

    private static List<ApiKey> ReadKeys(SqliteConnection connection, long since)
    {
        using var command = connection.Command(KeyColumns.SelectSql + " WHERE version > $since", ("$since", since));
        using var reader = command.ExecuteReader();
        var keys = new List<ApiKey>();
        while (reader.Read())
            keys.Add(KeyColumns.Read(new SqliteRow(reader)));
        return keys;
    }

    private static HashSet<string> ReadIds(SqliteConnection connection)
    {
        using var command = connection.Command("SELECT id FROM keys");
        using var reader = command.ExecuteReader();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read())
            ids.Add(reader.GetString(0));
        return ids;
    }

    private static long ReadVersion(SqliteConnection connection)
    {
        using var command = connection.Command("SELECT value FROM counters WHERE name = 'key_version'");
        return (long)command.ExecuteScalar()!;
    }

    private static long NextVersion(SqliteConnection connection)
    {
        using var command = connection.Command("UPDATE counters SET value = value + 1 WHERE name = 'key_version' RETURNING value");
        return (long)command.ExecuteScalar()!;
    }
}
