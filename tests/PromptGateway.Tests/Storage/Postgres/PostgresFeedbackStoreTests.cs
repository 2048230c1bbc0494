using PromptGateway.Experiments.Feedback;
using PromptGateway.Storage.Postgres;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresFeedbackStoreTests(PostgresServer server) : FeedbackStoreContract, IAsyncLifetime
{
    private PostgresDatabase? _database;

    public async Task InitializeAsync() => _database = TestPostgres.Database(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _database!.DisposeAsync();

    private protected override IFeedbackStore Open() => new PostgresFeedbackStore(_database!);

    private protected override IUsageLog OpenLedger() => new PostgresUsageLog(_database!);
}
