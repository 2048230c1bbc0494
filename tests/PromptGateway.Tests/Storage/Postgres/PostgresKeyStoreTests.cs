using PromptGateway.Keys;
using PromptGateway.Storage.Postgres;

namespace PromptGateway.Tests.Storage.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresKeyStoreTests(PostgresServer server) : KeyStoreContract, IAsyncLifetime
{
    private readonly List<PostgresDatabase> _open = [];
    private string _connectionString = "";

    public async Task InitializeAsync() => _connectionString = await server.CreateDatabaseAsync();

    public async Task DisposeAsync()
    {
        foreach (var database in _open)
            await database.DisposeAsync();
    }

    [Fact]
    public async Task Settings_AddedTwice_KeepTheFirstValueForAll()
    {
        var (first, second) = (new PostgresSettings(NewDatabase()), new PostgresSettings(NewDatabase()));

        (await first.FindAsync("a", default)).ShouldBeNull();
        (await first.TryAddAsync("a", "1", default)).ShouldBeTrue();
        (await second.TryAddAsync("a", "2", default)).ShouldBeFalse();
        (await second.FindAsync("a", default)).ShouldBe("1");
    }

    private protected override IKeyStore Open() => new PostgresKeyStore(NewDatabase());

    private PostgresDatabase NewDatabase()
    {
        var database = TestPostgres.Database(_connectionString);
        lock (_open)
            _open.Add(database);
        return database;
    }
}
