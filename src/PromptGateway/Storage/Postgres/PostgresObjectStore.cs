using Npgsql;
using PromptGateway.Objects;

namespace PromptGateway.Storage.Postgres;

/// <summary>The <c>objects</c> table.</summary>
internal sealed class PostgresObjectStore(PostgresDatabase database) : IObjectStore
{
    public async Task PutAsync(StoredObject made, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(ObjectColumns.PutSql, cancellationToken, ObjectColumns.Values(made));
    }

    public async Task AddAsync(StoredObject made, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(ObjectColumns.AddSql, cancellationToken, ObjectColumns.Values(made));
    }

    public async Task<StoredObject?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(connection, id, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, StoredObject>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command(ObjectColumns.FindManySql, [ids.Select(PostgresText.Write).ToArray()]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<string, StoredObject>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var made = ObjectColumns.Read(new PostgresRow(reader));
            found[made.Id] = made;
        }
        return found;
    }

    public async Task<StoredObject?> FindResponseAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(connection, id, cancellationToken, ObjectColumns.FindResponseSql);
    }

    public Task<ChargeClaim?> ClaimAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (connection, cancellation) =>
            {
                var isFirst = await connection.ExecuteAsync(ObjectColumns.ClaimSql, cancellation, id, at) == 1;
                var found = await FindAsync(connection, id, cancellation);
                return found is { IsPending: true, ChargedAt: { } charged } ? new ChargeClaim(charged, isFirst) : (ChargeClaim?)null;
            },
            cancellationToken
        );

    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(ObjectColumns.DeleteSql, cancellationToken, id);
    }

    public async Task<int> TrimAsync(DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(ObjectColumns.DeleteBeforeSql, cancellationToken, before)
            + await connection.ExecuteAsync(ObjectColumns.DeleteOldestSql, cancellationToken, most - 1L);
    }

    private static async Task<StoredObject?> FindAsync(
        NpgsqlConnection connection,
        string id,
        CancellationToken cancellationToken,
        string? sql = null
    )
    {
        await using var command = connection.Command(sql ?? ObjectColumns.FindSql, id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? ObjectColumns.Read(new PostgresRow(reader)) : null;
    }
}
