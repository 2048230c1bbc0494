using PromptGateway.Budgets;
using PromptGateway.Storage.Postgres;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresUsageLogTests(PostgresServer server) : UsageLogContract, IAsyncLifetime
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
    public async Task Append_RowsOfSeveralMonths_LieInThePartitionsOfTheirMonthsWithOneAhead()
    {
        await Open()
            .AppendAsync(
                [
                    SampleRows.Plain("1") with
                    {
                        StartedAt = new(2026, 11, 30, 23, 59, 59, 999, TimeSpan.Zero),
                    },
                    SampleRows.Plain("2") with
                    {
                        StartedAt = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero),
                    },
                    SampleRows.Plain("3") with
                    {
                        StartedAt = new(2024, 2, 29, 12, 0, 0, TimeSpan.Zero),
                    },
                    SampleRows.Plain("4") with
                    {
                        StartedAt = DateTimeOffset.MaxValue,
                    },
                    SampleRows.Plain("5") with
                    {
                        StartedAt = DateTimeOffset.MinValue.AddDays(1),
                    },
                ],
                default
            );

        (await RowsByPartitionAsync()).ShouldBe([
            "usage_0001_01:1",
            "usage_2024_02:1",
            "usage_2026_11:1",
            "usage_2026_12:1",
            "usage_9999_12:1",
        ]);
        await Open().AppendAsync([SampleRows.Plain("6")], default);
        await using var connection = await NewDatabase().OpenAsync(default);
        (await UsagePartitions.ListAsync(connection, default)).ShouldContain(new DateOnly(2026, 12, 1), "the month ahead");
    }

    [Fact]
    public async Task Append_PartitionDroppedByAnotherReplica_IsMadeAgain()
    {
        var (here, there) = (Open(), Open());
        await here.AppendAsync([SampleRows.Plain("1")], default);
        (await there.DeleteBeforeAsync(SampleRows.Start.AddDays(40), 100, default)).ShouldBe(1);
        (await RowsByPartitionAsync()).ShouldBeEmpty();

        await here.AppendAsync([SampleRows.Plain("2")], default);

        (await RowsByPartitionAsync()).ShouldBe(["usage_2026_11:1"]);
    }

    [Fact]
    public async Task Append_FirstRowsFromManyReplicasAtOnce_MakesEachPartitionOnce()
    {
        var replicas = Enumerable.Range(0, 8).Select(_ => Open()).ToArray();

        await Task.WhenAll(
            replicas.Select(
                (replica, i) =>
                    replica.AppendAsync(
                        [
                            .. Enumerable
                                .Range(0, 12)
                                .Select(month => SampleRows.Plain($"{i}-{month}") with { StartedAt = SampleRows.Start.AddMonths(month) }),
                        ],
                        default
                    )
            )
        );

        (await RowsByPartitionAsync()).ShouldBe(
            Enumerable.Range(0, 12).Select(month => $"usage_{SampleRows.Start.AddMonths(month):yyyy_MM}:8")
        );
    }

    private async Task<List<string>> RowsByPartitionAsync()
    {
        await using var connection = await NewDatabase().OpenAsync(default);
        await using var command = connection.Command(
            "SELECT tableoid::regclass || ':' || COUNT(*) FROM usage GROUP BY tableoid ORDER BY 1"
        );
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }

    private protected override IUsageLog Open() => new PostgresUsageLog(NewDatabase());

    private protected override IBudgetStore Budgets() => new PostgresBudgetStore(NewDatabase());

    private PostgresDatabase NewDatabase()
    {
        var database = TestPostgres.Database(_connectionString);
        lock (_open)
            _open.Add(database);
        return database;
    }
}
