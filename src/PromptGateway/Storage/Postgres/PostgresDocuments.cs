using Npgsql;
using PromptGateway.Keys;

namespace PromptGateway.Storage.Postgres;

/// <summary>The <c>documents</c> table; its version is the counter <c>document_version</c>, whose row each change locks first.</summary>
internal sealed class PostgresDocuments(PostgresDatabase database) : IDocumentStore
{
    public async Task<long> GetVersionAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ScalarAsync<long>("SELECT value FROM counters WHERE name = 'document_version'", cancellationToken);
    }

    public async Task<IReadOnlyList<StoredDocument>> ReadAsync(string kind, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command("""SELECT id, body FROM documents WHERE kind = $1 ORDER BY id COLLATE "C" """, kind);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var documents = new List<StoredDocument>();
        while (await row.ReadAsync(cancellationToken))
            documents.Add(new StoredDocument(row.Text(0), row.Text(1)));
        return documents;
    }

    public Task<bool> PutAsync(string kind, StoredDocument document, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (connection, cancellation) =>
            {
                await RaiseVersionAsync(connection, cancellation);
                if (await InsertAsync(connection, kind, document, cancellation))
                    return true;
                await connection.ExecuteAsync(
                    "UPDATE documents SET body = $3 WHERE kind = $1 AND id = $2",
                    cancellation,
                    kind,
                    document.Id,
                    document.Json
                );
                return false;
            },
            cancellationToken
        );

    public Task<bool> TryAddAsync(string kind, StoredDocument document, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (connection, cancellation) =>
            {
                await RaiseVersionAsync(connection, cancellation);
                return await InsertAsync(connection, kind, document, cancellation);
            },
            cancellationToken
        );

    public Task<bool> DeleteAsync(string kind, string id, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (connection, cancellation) =>
            {
                await RaiseVersionAsync(connection, cancellation);
                return await connection.ExecuteAsync("DELETE FROM documents WHERE kind = $1 AND id = $2", cancellation, kind, id) == 1;
            },
            cancellationToken
        );

    private static async Task<bool> InsertAsync(
        NpgsqlConnection connection,
        string kind,
        StoredDocument document,
        CancellationToken cancellationToken
    ) =>
        await connection.ExecuteAsync(
            "INSERT INTO documents (kind, id, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            cancellationToken,
            kind,
            document.Id,
            document.Json
        ) == 1;

    private static Task<int> RaiseVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync("UPDATE counters SET value = value + 1 WHERE name = 'document_version'", cancellationToken);
}
