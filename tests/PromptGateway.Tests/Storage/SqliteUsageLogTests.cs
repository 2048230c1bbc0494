using PromptGateway.Budgets;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage;

public sealed class SqliteUsageLogTests : UsageLogContract, IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<SqliteUsageLog> _open = [];

    private protected override IUsageLog Open()
    {
        var ledger = new SqliteUsageLog(new SqliteDatabase(_directory.Path));
        _open.Add(ledger);
        return ledger;
    }

    private protected override IBudgetStore Budgets() => new SqliteBudgetStore(new SqliteDatabase(_directory.Path));

    [Fact]
    public async Task Append_WhileAReportIsRead_DoesNotWait()
    {
        var ledger = Open();
        await ledger.AppendAsync([SampleRows.Plain("1")], default);
        using var reader = new SqliteDatabase(_directory.Path).Open(Durability.ProcessCrash);
        using var snapshot = reader.BeginTransaction(deferred: true);
        using var command = reader.Command("SELECT COUNT(*) FROM usage");
        command.ExecuteScalar().ShouldBe(1L);

        await ledger.AppendAsync([SampleRows.Plain("2")], default);

        command.ExecuteScalar().ShouldBe(1L, "the report still sees its own moment");
        (await ledger.ReportAsync(new UsageQuery(), default)).Total.Requests.ShouldBe(2);
    }

    [Theory]
    [InlineData("SELECT * FROM usage WHERE key_id = $key AND started_at >= $from", "usage_key_started_at")]
    [InlineData("SELECT * FROM usage WHERE started_at >= $from AND started_at < $to", "usage_started_at")]
    [InlineData("SELECT * FROM usage WHERE request_id = $id", "sqlite_autoindex_usage_1")]
    public void Query_OfAReport_UsesAnIndex(string sql, string index)
    {
        using var connection = new SqliteDatabase(_directory.Path).Open(Durability.ProcessCrash);
        using var command = connection.Command("EXPLAIN QUERY PLAN " + sql, ("$key", "k"), ("$from", 1L), ("$to", 2L), ("$id", "r"));
        using var plan = command.ExecuteReader();
        plan.Read().ShouldBeTrue();
        plan.GetString(3).ShouldContain($"USING INDEX {index} (");
    }

    public void Dispose()
    {
        _open.ForEach(ledger => ledger.Dispose());
        _directory.Dispose();
    }
}
