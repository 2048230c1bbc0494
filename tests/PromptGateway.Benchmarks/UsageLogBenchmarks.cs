using BenchmarkDotNet.Attributes;
using Microsoft.Data.Sqlite;
using PromptGateway.Chat;
using PromptGateway.Storage;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Benchmarks;

/// <summary>What a row costs, by size of the batch. The numbers are per row.</summary>
[MemoryDiagnoser]
public class UsageLogBenchmarks : IDisposable
{
    private const int Rows = 1000;
    private readonly string _directory = Directory.CreateTempSubdirectory("promptgateway-bench-").FullName;
    private SqliteUsageLog _ledger = null!;
    private SqliteConnection _plain = null!;
    private long _next;

    [GlobalSetup]
    public void Setup()
    {
        var database = new SqliteDatabase(_directory);
        _ledger = new SqliteUsageLog(database);
        _plain = database.Open(Durability.ProcessCrash);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _plain.Dispose();
        _ledger.Dispose();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    [Arguments(1)]
    [Arguments(100)]
    [Arguments(1000)]
    public async Task Append(int batch)
    {
        for (var i = 0; i < Rows; i += batch)
            await _ledger.AppendAsync([.. Enumerable.Range(0, batch).Select(_ => NextRow())], CancellationToken.None);
    }

    /// <summary>The same rows by ADO.NET, which is what <see cref="UsageInsert"/> saves.</summary>
    [Benchmark(OperationsPerInvoke = Rows, Baseline = true)]
    public void AppendByCommand()
    {
        using var transaction = _plain.BeginTransaction();
        using var command = _plain.CreateCommand();
        command.CommandText =
            $"INSERT INTO usage ({UsageColumns.List}) VALUES ({string.Join(", ", UsageColumns.All.Select(column => "$" + column.Name))})";
        var parameters = UsageColumns.All.Select(column => command.Parameters.AddWithValue("$" + column.Name, DBNull.Value)).ToArray();
        command.Prepare();
        for (var i = 0; i < Rows; i++)
        {
            var row = NextRow();
            for (var column = 0; column < parameters.Length; column++)
                parameters[column].Value = Value(UsageColumns.All[column], row) ?? DBNull.Value;
            command.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    private static object? Value(UsageColumn column, UsageRecord row) =>
        column.Kind switch
        {
            UsageColumnKind.Text => column.Text(row),
            UsageColumnKind.Time => SqliteTime.Write(column.Time(row)),
            _ => column.Number(row),
        };

    private UsageRecord NextRow() => Row(_next++);

    internal static UsageRecord Row(long number)
    {
        return new UsageRecord
        {
            RequestId = Guid.CreateVersion7().ToString("N"),
            StartedAt = DateTimeOffset.UnixEpoch.AddMilliseconds(number),
            KeyId = $"key_{number % 50}",
            KeyName = "benchmark",
            Team = "search",
            Upstream = "openai",
            Provider = "openai",
            Operation = "chat",
            Endpoint = "/v1/chat/completions",
            RequestedModel = "gpt-4o-mini",
            UpstreamModel = "gpt-4o-mini",
            ResponseModel = "gpt-4o-mini-2024-07-18",
            Status = 200,
            Outcome = "ok",
            Usage = new TokenUsage { InputTokens = 1000, OutputTokens = 200 },
            UsageSource = UsageSource.Provider,
            CostNanoUsd = 270_000,
            Attempts = 1,
            DurationMicros = 1_000_000 + number % 1000,
            FirstTokenMicros = 200_000,
            UpstreamRequestId = "req_0123456789abcdef",
        };
    }
}
