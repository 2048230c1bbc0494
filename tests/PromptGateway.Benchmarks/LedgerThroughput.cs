using System.Diagnostics;
using PromptGateway.Storage.Postgres;
using PromptGateway.Storage.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Benchmarks;

/// <summary>
/// <c>ledger [connection string]</c>: rows a second that one writer brings into a ledger, by size of the batch: SQLite in a temporary
/// directory, and PostgreSQL when an (empty) database is named.
/// </summary>
internal static class LedgerThroughput
{
    private const int Rows = 100_000;
    private static long _next;

    public static async Task RunAsync(string? connectionString)
    {
        var directory = Directory.CreateTempSubdirectory("promptgateway-bench-").FullName;
        using (var sqlite = new SqliteUsageLog(new SqliteDatabase(directory)))
            await MeasureAsync("SQLite", sqlite);
        Directory.Delete(directory, recursive: true);
        if (connectionString is null)
            return;
        var errors = new List<string>();
        if (PostgresConnectionString.Read(connectionString, "The connection string", errors) is not { } options)
            throw new ArgumentException(string.Join(Environment.NewLine, errors));
        await using var database = new PostgresDatabase(options);
        await MeasureAsync("PostgreSQL", new PostgresUsageLog(database));
    }

    private static async Task MeasureAsync(string name, IUsageLog ledger)
    {
        await AppendAsync(ledger, 1_000, 10_000);
        foreach (var batch in (int[])[10, 100, 1_000])
        {
            var started = Stopwatch.GetTimestamp();
            await AppendAsync(ledger, batch, Math.Min(Rows, batch * 500));
            var elapsed = Stopwatch.GetElapsedTime(started);
            Console.WriteLine(
                $"{name}, batches of {batch}: {Math.Min(Rows, batch * 500) / elapsed.TotalSeconds:N0} rows/s, {elapsed.TotalMilliseconds / (Math.Min(Rows, batch * 500) / batch):F2} ms a batch"
            );
        }
    }

    private static async Task AppendAsync(IUsageLog ledger, int batch, int rows)
    {
        for (var i = 0; i < rows; i += batch)
            await ledger.AppendAsync([.. Enumerable.Range(0, batch).Select(_ => UsageLogBenchmarks.Row(_next++))], CancellationToken.None);
    }
}
