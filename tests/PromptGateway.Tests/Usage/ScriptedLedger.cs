using System.Collections.Concurrent;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Usage;

/// <summary>A ledger in memory that does to a batch what the test says.</summary>
internal sealed class ScriptedLedger : IUsageLog
{
    /// <summary>By request id, with how often it was appended.</summary>
    public ConcurrentDictionary<string, int> Rows { get; } = new();

    /// <summary>Runs before a batch is taken; what it throws is the database's answer.</summary>
    public Func<IReadOnlyList<UsageRecord>, Task> Before { get; set; } = _ => Task.CompletedTask;

    public async Task AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellationToken)
    {
        await Before(records);
        foreach (var record in records)
            Rows.AddOrUpdate(record.RequestId, 1, (_, times) => times + 1);
    }

    public Task<UsageRecord?> FindAsync(string requestId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<UsageReport> ReportAsync(UsageQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> DeleteBeforeAsync(DateTimeOffset before, int batchSize, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
