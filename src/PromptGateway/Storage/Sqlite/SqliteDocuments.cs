using Microsoft.Data.Sqlite;
using PromptGateway.Keys;

namespace PromptGateway.Storage.Sqlite;

/// <summary>The <c>documents</c> table; its version is the counter <c>document_version</c>.</summary>
internal sealed class SqliteDocuments(SqliteDatabase database) : IDocumentStore, IDisposable
{
    private readonly SqliteSession _session = new(database, Durability.PowerLoss);

    public Task<long> GetVersionAsync(CancellationToken cancellationToken) =>
        _session.RunAsync(
            connection =>
            {
                using var command = connection.Command("SELECT value FROM counters WHERE name = 'document_version'");
                return (long)command.ExecuteScalar()!;
            },
            cancellationToken
        );

    public Task<IReadOnlyList<StoredDocument>> ReadAsync(string kind, CancellationToken cancellationToken) =>
        _session.RunAsync<IReadOnlyList<StoredDocument>>(
            connection =>
            {
                using var command = connection.Command("SELECT id, body FROM documents WHERE kind = $kind ORDER BY id", ("$kind", kind));
                using var row = command.ExecuteReader();
                var documents = new List<StoredDocument>();
                while (row.Read())
                    documents.Add(new StoredDocument(row.GetString(0), row.GetString(1)));
                return documents;
            },
            cancellationToken
        );

    public Task<bool> PutAsync(string kind, StoredDocument document, CancellationToken cancellationToken) =>
        _session.WriteAsync(
            connection =>
            {
                var isNew = Insert(connection, kind, document);
                if (!isNew)
                    connection.Execute(
                        "UPDATE documents SET body = $body WHERE kind = $kind AND id = $id",
                        ("$kind", kind),
                        ("$id", document.Id),
                        ("$body", document.Json)
                    );
                RaiseVersion(connection);
                return isNew;
            },
            cancellationToken
        );

    public Task<bool> TryAddAsync(string kind, StoredDocument document, CancellationToken cancellationToken) =>
        _session.WriteAsync(connection => Insert(connection, kind, document) && RaiseVersion(connection), cancellationToken);

    public Task<bool> DeleteAsync(string kind, string id, CancellationToken cancellationToken) =>
        _session.WriteAsync(
            connection =>
                connection.Execute("DELETE FROM documents WHERE kind = $kind AND id = $id", ("$kind", kind), ("$id", id)) == 1
                && RaiseVersion(connection),
            cancellationToken
        );

    public void Dispose() => _session.Dispose();

    private static bool Insert(SqliteConnection connection, string kind, StoredDocument document) =>
        connection.Execute(
            "INSERT INTO documents (kind, id, body) VALUES ($kind, $id, $body) ON CONFLICT DO NOTHING",
            ("$kind", kind),
            ("$id", document.Id),
            ("$body", document.Json)
        ) == 1;

    private static bool RaiseVersion(SqliteConnection connection) =>
        connection.Execute("UPDATE counters SET value = value + 1 WHERE name = 'document_version'") == 1;
}
