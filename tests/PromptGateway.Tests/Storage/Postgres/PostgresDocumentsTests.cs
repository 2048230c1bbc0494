using PromptGateway.Keys;
using PromptGateway.Storage.Postgres;

namespace PromptGateway.Tests.Storage.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresDocumentsTests(PostgresServer server) : DocumentStoreContract, IAsyncLifetime
{
    private readonly List<PostgresDatabase> _open = [];
    private string _connectionString = "";

    public async Task InitializeAsync() => _connectionString = await server.CreateDatabaseAsync();

    public async Task DisposeAsync()
    {
        foreach (var database in _open)
            await database.DisposeAsync();
    }

    private protected override IDocumentStore Open() => new PostgresDocuments(NewDatabase());

    private PostgresDatabase NewDatabase()
    {
        var database = TestPostgres.Database(_connectionString);
        lock (_open)
            _open.Add(database);
        return database;
    }
}
