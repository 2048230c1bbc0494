using PromptGateway.Experiments.Feedback;
using PromptGateway.Experiments.Report;
using PromptGateway.Storage.Postgres;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresOptimizationLogTests(PostgresServer server) : OptimizationLogContract, IAsyncLifetime
{
    private PostgresDatabase? _database;

    public async Task InitializeAsync() => _database = TestPostgres.Database(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _database!.DisposeAsync();

    private protected override IOptimizationLog Open() => new PostgresOptimizationLog(_database!);

    private protected override IUsageLog OpenLedger() => new PostgresUsageLog(_database!);

    private protected override IFeedbackStore OpenFeedback() => new PostgresFeedbackStore(_database!);
}
