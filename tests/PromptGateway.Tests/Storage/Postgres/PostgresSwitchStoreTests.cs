using PromptGateway.Experiments.Switches;
using PromptGateway.Storage.Postgres;

namespace PromptGateway.Tests.Storage.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresSwitchStoreTests(PostgresServer server) : SwitchStoreContract, IAsyncLifetime
{
    private PostgresDatabase? _database;

    public async Task InitializeAsync() => _database = TestPostgres.Database(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _database!.DisposeAsync();

    private protected override ISwitchStore Open() => new PostgresSwitchStore(_database!);
}
