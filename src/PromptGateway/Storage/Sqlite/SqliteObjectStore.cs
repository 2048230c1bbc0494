using Microsoft.Data.Sqlite;
using PromptGateway.Objects;

namespace PromptGateway.Storage.Sqlite;

/// <summary>The <c>objects</c> table.</summary>
internal sealed class SqliteObjectStore(SqliteDatabase database) : IObjectStore, IDisposable
{
    private readonly SqliteSession _session = new(database, Durability.ProcessCrash);

    public Task PutAsync(StoredObject made, CancellationToken cancellationToken) =>
        _session.RunAsync(connection => connection.ExecuteInOrder(ObjectColumns.PutSql, ObjectColumns.Values(made)), cancellationToken);

    public Task AddAsync(StoredObject made, CancellationToken cancellationToken) =>
        _session.RunAsync(connection => connection.ExecuteInOrder(ObjectColumns.AddSql, ObjectColumns.Values(made)), cancellationToken);

    public Task<StoredObject?> FindAsync(string id, CancellationToken cancellationToken) =>
        _session.RunAsync(connection => Find(connection, id), cancellationToken);

    public Task<IReadOnlyDictionary<string, StoredObject>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        _session.RunAsync<IReadOnlyDictionary<string, StoredObject>>(
            connection => ids.Distinct().Select(id => Find(connection, id)).OfType<StoredObject>().ToDictionary(made => made.Id),
            cancellationToken
        );

    public Task<StoredObject?> FindResponseAsync(string id, CancellationToken cancellationToken) =>
        _session.RunAsync(connection => Find(connection, id, ObjectColumns.FindResponseSql), cancellationToken);

    public Task<ChargeClaim?> ClaimAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        _session.WriteAsync(
            connection =>
            {
                var isFirst = connection.ExecuteInOrder(ObjectColumns.ClaimSql, id, at) == 1;
                return Find(connection, id) is { IsPending: true, ChargedAt: { } charged }
                    ? new ChargeClaim(charged, isFirst)
                    : (ChargeClaim?)null;
            },
            cancellationToken
        );

    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        _session.RunAsync(connection => connection.ExecuteInOrder(ObjectColumns.DeleteSql, id), cancellationToken);

    public Task<int> TrimAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        _session.WriteAsync(
            connection =>
                connection.ExecuteInOrder(ObjectColumns.DeleteBeforeSql, before)
                + connection.ExecuteInOrder(ObjectColumns.DeleteOldestSql, most - 1L),
            cancellationToken
        );

    public void Dispose() => _session.Dispose();

    private static StoredObject? Find(SqliteConnection connection, string id, string? sql = null)
    {
        using var command = connection.Command(sql ?? ObjectColumns.FindSql, ("$1", id));
        using var reader = command.ExecuteReader();
        return reader.Read() ? ObjectColumns.Read(new SqliteRow(reader)) : null;
    }
}
