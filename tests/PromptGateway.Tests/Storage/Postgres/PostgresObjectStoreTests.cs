using PromptGateway.Objects;
using PromptGateway.Storage.Postgres;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresObjectStoreTests(PostgresServer server) : ObjectStoreContract, IAsyncLifetime
{
    private PostgresDatabase? _database;

    public async Task InitializeAsync() => _database = TestPostgres.Database(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _database!.DisposeAsync();

    private protected override IObjectStore Open() => new PostgresObjectStore(_database!);

    private protected override IUsageLog OpenLedger() => new PostgresUsageLog(_database!);
}
