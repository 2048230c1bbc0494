namespace PromptGateway.Usage;

/// <summary>The ledger. Append-only; a batch is durable, whole or not at all, when the task completes.</summary>
internal interface IUsageLog
{
    /// <summary>Appends rows; one whose request id is already there is skipped, so that a retried batch counts once.</summary>
    Task AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellationToken);

    Task<UsageRecord?> FindAsync(string requestId, CancellationToken cancellationToken);

    Task<UsageReport> ReportAsync(UsageQuery query, CancellationToken cancellationToken);

    /// <summary>Retention: deletes what started before the given time, in small transactions that let appends in between.</summary>
    /// <param name="before">Exclusive.</param>
    /// <param name="batchSize">Rows a transaction.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>How many rows are gone.</returns>
    Task<long> DeleteBeforeAsync(DateTimeOffset before, int batchSize, CancellationToken cancellationToken);
}
