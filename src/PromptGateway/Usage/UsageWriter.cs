using System.Threading.Channels;
using PromptGateway.Metrics;

namespace PromptGateway.Usage;

/// <summary>
/// Carries rows from requests to the ledger, in batches, off the request path. Rows are money: the queue is bounded, and when it is
/// full a finished request waits rather than that a row is lost. A batch that cannot be written is tried again until it can.
/// </summary>
internal sealed class UsageWriter(IUsageLog ledger, GatewayMetrics metrics, TimeProvider time, ILogger<UsageWriter> log) : BackgroundService
{
    private const int QueueLimit = 100_000;
    private const int BatchLimit = 1_000;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>How long rows may gather before they are written: what a crash of the process can lose.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    private readonly Channel<UsageRecord> _queue = Channel.CreateBounded<UsageRecord>(
        new BoundedChannelOptions(QueueLimit) { SingleReader = true, AllowSynchronousContinuations = false }
    );

    /// <summary>First row of the batch that is being written; null between batches.</summary>
    private UsageRecord? _writing;
    private long _accepted;
    private long _written;

    public int QueueDepth => _queue.Reader.Count;

    /// <summary>Age of the oldest row that is not in the ledger yet; zero when there is none.</summary>
    public TimeSpan Lag
    {
        get
        {
            var oldest = Volatile.Read(ref _writing);
            if (oldest is null && !_queue.Reader.TryPeek(out oldest))
                return TimeSpan.Zero;
            var age = time.GetUtcNow() - oldest.StartedAt.AddMicroseconds(oldest.DurationMicros);
            return age > TimeSpan.Zero ? age : TimeSpan.Zero;
        }
    }

    public ValueTask WriteAsync(UsageRecord record)
    {
        Interlocked.Increment(ref _accepted);
        return _queue.Writer.TryWrite(record) ? ValueTask.CompletedTask : _queue.Writer.WriteAsync(record);
    }

    /// <summary>Waits until every row that was handed over before the call is in the ledger.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var due = Volatile.Read(ref _accepted);
        while (Volatile.Read(ref _written) < due)
            await Task.Delay(Poll, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Never on the thread that a request's row completes on.
        await Task.Yield();
        var batch = new List<UsageRecord>(BatchLimit);
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < BatchLimit && _queue.Reader.TryRead(out var record))
                batch.Add(record);
            Volatile.Write(ref _writing, batch[0]);
            await AppendAsync(batch, stoppingToken);
            Volatile.Write(ref _writing, null);
            batch.Clear();
            if (!stoppingToken.IsCancellationRequested && _queue.Reader.Count < BatchLimit)
                await PauseAsync(stoppingToken);
        }
    }

    private async Task PauseAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(Gather, time, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping: what is left is written without pauses.
        }
    }

    private async Task AppendAsync(List<UsageRecord> batch, CancellationToken stoppingToken)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await ledger.AppendAsync(batch, CancellationToken.None);
                Interlocked.Add(ref _written, batch.Count);
                metrics.LedgerRowsWritten(batch.Count);
                return;
            }
            catch (Exception e)
            {
                metrics.LedgerWriteFailed();
                if (failures == 0)
                    log.LogError(
                        e,
                        "The ledger cannot be written; {Rows} rows wait in memory and will be tried again",
                        batch.Count + QueueDepth
                    );
                if (stoppingToken.IsCancellationRequested && failures > 10)
                    throw;
                await Task.Delay(RetryAfter, time, CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// Runs after the server has stopped: no request is left, the queue is written to its end. Waits for that even when the host is in a
    /// hurry, since rows are money and the database would be closed under the write; a database that stays away ends it by itself.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { } writing)
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
