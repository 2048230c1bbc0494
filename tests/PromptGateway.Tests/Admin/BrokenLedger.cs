using Microsoft.Data.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Admin;

/// <summary>A ledger whose database fails, and that fails itself when a row is asked for.</summary>
internal sealed class BrokenLedger : IUsageLog
{
    public const string Message = "disk image is malformed at /secret/place";

    public Task AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellationToken) =>
        throw new SqliteException(Message, 11);

    public Task<UsageRecord?> FindAsync(string requestId, CancellationToken cancellationToken) => throw new InvalidDataException(Message);

    public Task<UsageReport> ReportAsync(UsageQuery query, CancellationToken cancellationToken) => throw new SqliteException(Message, 11);

    public Task<long> DeleteBeforeAsync(DateTimeOffset before, int batchSize, CancellationToken cancellationToken) =>
        throw new SqliteException(Message, 11);
}
