using System.Collections.Concurrent;
using System.Threading.Channels;
using PromptGateway.Metrics;
using PromptGateway.Usage.Journal;

namespace PromptGateway.Usage;

/// <summary>
/// Carries rows from requests to the ledger, in batches, off the request path. Rows are money: until one is safe, the
/// <see cref="UsageJournal"/> keeps it through a crash; those that the database does not take,
/// because it is down, slow or restarted, go to the <see cref="UsageSpool"/> on disk and from there to the ledger once it works again; a
/// row that comes twice counts once. Only when neither database nor disk take anything do rows wait in memory, and when that is full a
/// finished request waits rather than that a row is lost.
/// </summary>
internal sealed class UsageWriter(
    IUsageLog ledger,
    UsageJournal journal,
    UsageSpool spool,
    RefusedRows refused,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<UsageWriter> log
) : BackgroundService
{
    private const int QueueLimit = 100_000;
    private const int BatchLimit = 1_000;

    /// <summary>Tries before a gateway that stops gives up on rows that neither database nor disk take.</summary>
    private const int LastTries = 10;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>A write that takes longer is given up, its rows go to disk.</summary>
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(5);

    /// <summary>While a write takes longer than that, rows that come in are brought to disk.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How long rows may gather before they are written.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    private const int EnoughRows = 200;
    private readonly Channel<UsageRecord> _queue = Channel.CreateBounded<UsageRecord>(
        new BoundedChannelOptions(QueueLimit) { SingleReader = true, AllowSynchronousContinuations = false }
    );

    /// <summary>First row of the batch that is being written; null between batches.</summary>
    private UsageRecord? _writing;

    /// <summary>Ends the pause between two batches; null when there is none.</summary>
    private TaskCompletionSource? _enough;

    /// <summary>First row that went to disk since that was empty.</summary>
    private UsageRecord? _firstSpooled;
    private long _accepted;
    private long _settled;
    private volatile TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _failing;
    private bool _spoolFailing;
    private long _failedAt;

    /// <summary>
    /// Raised on the writer's own task for each batch that the ledger has taken, or the disk in its place.
    /// </summary>
    public event Action<IReadOnlyList<UsageRecord>>? Written;

    /// <summary>Who is to be told of rows on disk, by request id: a row that is read back does not know.</summary>
    private readonly ConcurrentDictionary<string, IBookedRow> _spooledBookings = new();

    public int QueueDepth => _queue.Reader.Count;

    /// <summary>Rows on disk that wait for the database.</summary>
    public long SpooledRows => spool.Rows;

    /// <summary>True while the database does not take rows.</summary>
    public bool IsFailing => _failing;

    /// <summary>Age of the oldest row that is not in the ledger yet; zero when there is none.</summary>
    public TimeSpan Lag
    {
        get
        {
            var oldest = Volatile.Read(ref _firstSpooled) ?? Volatile.Read(ref _writing);
            if (oldest is null && !_queue.Reader.TryPeek(out oldest))
                return TimeSpan.Zero;
            var age = time.GetUtcNow() - oldest.StartedAt.AddMicroseconds(oldest.DurationMicros);
            return age > TimeSpan.Zero ? age : TimeSpan.Zero;
        }
    }

    public ValueTask WriteAsync(UsageRecord record)
    {
        journal.Keep(record);
        Interlocked.Increment(ref _accepted);
        if (!_queue.Writer.TryWrite(record))
            return _queue.Writer.WriteAsync(record);
        if (Volatile.Read(ref _enough) is { } enough && _queue.Reader.Count >= EnoughRows)
            enough.TrySetResult();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Waits until every row that was handed over before the call is in the ledger, or set aside for good. Who asks may be a request,
    /// which must not wait for a database that is away.
    /// </summary>
    /// <exception cref="IOException">The database does not take rows at present.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var due = Volatile.Read(ref _accepted);
        while (true)
        {
            var progress = _progress.Task;
            // Rows are taken in order: with none on disk, those that are not settled are the newest.
            if (Volatile.Read(ref _settled) >= due && spool.Rows == 0)
                return;
            if (_failing)
                throw new IOException("The ledger cannot be written at present; its rows wait on disk.");
            await progress.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Before the first request: brings in what a crash has left in the journal, to disk if the ledger does not take it.</summary>
    public Task RecoverAsync() =>
        journal.RecoverAsync(async rows =>
        {
            if (await AppendAsync(rows))
                return;
            spool.Add(rows);
            // They are settled like rows of this process.
            Interlocked.Add(ref _accepted, rows.Length);
        });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Never on the thread that a request's row completes on.
        await Task.Yield();
        OnDisk(spool.Open);
        while (await HasWorkAsync())
        {
            var batch = TakeBatch();
            if (batch.Length > 0)
            {
                await SettleAsync(batch, stoppingToken);
                Tell(batch);
            }
            var replayed = await ReplayAsync();
            if (!stoppingToken.IsCancellationRequested && !replayed && _queue.Reader.Count < BatchLimit)
                await PauseAsync(stoppingToken);
        }
    }

    private void Tell(IReadOnlyList<UsageRecord> batch)
    {
        try
        {
            Written?.Invoke(batch);
        }
        catch (Exception e)
        {
            log.LogError(e, "Somebody who follows the ledger failed; the ledger itself is written");
        }
    }

    /// <summary>With rows on disk it does not wait for new ones.</summary>
    private ValueTask<bool> HasWorkAsync() =>
        !spool.IsEmpty && !_queue.Reader.Completion.IsCompleted
            ? ValueTask.FromResult(true)
            : _queue.Reader.WaitToReadAsync(CancellationToken.None);

    private UsageRecord[] TakeBatch()
    {
        var batch = new UsageRecord[Math.Min(BatchLimit, _queue.Reader.Count)];
        var taken = 0;
        while (taken < batch.Length && _queue.Reader.TryRead(out var record))
            batch[taken++] = record;
        return taken == batch.Length ? batch : batch[..taken];
    }

    /// <summary>Rows are in the ledger or on disk afterwards.</summary>
    private async Task SettleAsync(UsageRecord[] batch, CancellationToken stoppingToken)
    {
        Volatile.Write(ref _writing, batch[0]);
        for (var failures = 0; ; failures++)
        {
            // A database that is failing is asked by the replay; a disk that fails leaves only the database.
            if ((!_failing || _spoolFailing) && await AppendAsync(batch))
            {
                journal.Settle(batch);
                Settled(batch.Length);
                break;
            }
            if (Spool(batch))
                break;
            if (stoppingToken.IsCancellationRequested && failures >= LastTries)
                throw new IOException($"{batch.Length + QueueDepth} ledger rows are lost: neither the database nor the disk takes them.");
            await Task.Delay(RetryAfter, time, CancellationToken.None);
        }
        Volatile.Write(ref _writing, null);
    }

    /// <summary>Brings one file from disk to the ledger; while the database fails it does so only now and then.</summary>
    /// <returns>True when it did, so that there may be more to do at once.</returns>
    private async Task<bool> ReplayAsync()
    {
        if (spool.IsEmpty || (_failing && time.GetElapsedTime(_failedAt) < RetryAfter) || spool.Oldest() is not { } file)
            return false;
        List<UsageRecord>? rows = null;
        OnDisk(() => rows = file.Read(refused.AddUnreadable));
        if (rows is { Count: > 0 } && !await AppendAsync([.. rows]))
            return false;
        OnDisk(() => spool.CloseOldest(delete: rows is not null));
        if (spool.IsEmpty)
            Volatile.Write(ref _firstSpooled, null);
        // Rows of an earlier process were never accepted by this one.
        Settled(file.IsOwn ? file.Rows : 0);
        return true;
    }

    /// <summary>One try. While it takes long, rows that come in meanwhile go to disk.</summary>
    private async Task<bool> AppendAsync(UsageRecord[] rows)
    {
        using var limit = new CancellationTokenSource(WriteLimit, time);
        try
        {
            var started = time.GetTimestamp();
            var append = LedgerAppend.RunAsync(ledger, rows, refused, limit.Token);
            while (!append.IsCompleted && !limit.IsCancellationRequested)
            {
                await Task.WhenAny(append, Task.Delay(Gather, time, limit.Token));
                if (!append.IsCompleted && time.GetElapsedTime(started) > Patience)
                    SpoolQueue();
            }
            // Npgsql needs a moment to give up; SQLite cannot, and finishes behind our back: its rows then come twice and count once.
            var setAside = await append.WaitAsync(Patience, time);
            foreach (var row in rows)
                if (row.Booking is { } booking || _spooledBookings.TryRemove(row.RequestId, out booking))
                    booking.Booked(row);
            metrics.LedgerRowsWritten(rows.Length - setAside);
            if (_failing)
                log.LogInformation("The ledger can be written again; {Rows} rows on disk follow", spool.Rows);
            _failing = false;
            return true;
        }
        catch (Exception e)
        {
            metrics.LedgerWriteFailed();
            if (!_failing)
                log.LogError(e, "The ledger cannot be written; rows wait on disk and will be brought in");
            _failing = true;
            _failedAt = time.GetTimestamp();
            Progressed();
            return false;
        }
    }

    private void SpoolQueue()
    {
        while (_queue.Reader.Count > 0 && !_spoolFailing)
        {
            var batch = TakeBatch();
            if (Spool(batch))
                Tell(batch);
            else
                // Taken is taken: they go back through the queue's other end, which has the room that they left.
                foreach (var row in batch)
                    if (!_queue.Writer.TryWrite(row))
                        refused.Add(row, "neither the database, the disk nor memory had room for it");
        }
    }

    /// <summary>A file that cannot be read or removed stays for the next start; rows that come again count once.</summary>
    private void OnDisk(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError(e, "Ledger rows on disk cannot be read or removed; they are tried again at the next start");
        }
    }

    private bool Spool(UsageRecord[] batch)
    {
        try
        {
            spool.Add(batch);
            foreach (var row in batch)
                if (row.Booking is { } booking && booking.Spooled(row))
                    _spooledBookings[row.RequestId] = booking;
            journal.Settle(batch);
            Interlocked.CompareExchange(ref _firstSpooled, batch[0], null);
            _spoolFailing = false;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_spoolFailing)
                log.LogError(e, "Ledger rows cannot be written to disk either; {Rows} wait in memory", batch.Length + QueueDepth);
            _spoolFailing = true;
            return false;
        }
    }

    private void Settled(int rows)
    {
        Interlocked.Add(ref _settled, rows);
        Progressed();
    }

    private void Progressed() =>
        Interlocked.Exchange(ref _progress, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>
    /// Lets rows gather, but not for longer than it takes for enough of them to come: rows that wait survive garbage collections, and copying
    /// them cost more than the larger batch saved.
    /// </summary>
    private async Task PauseAsync(CancellationToken stoppingToken)
    {
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _enough, enough);
        // Stopping: what is left is written without pauses.
        if (_queue.Reader.Count < EnoughRows)
            await Task.WhenAny(enough.Task, Task.Delay(Gather, time, stoppingToken));
        Volatile.Write(ref _enough, null);
    }

    /// <summary>
    /// Runs after the server has stopped: no request is left, the queue is written to its end. Waits for that even when the host is in a
    /// hurry, since rows are money and the database would be closed under the write; what the database does not take is on disk then.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { } writing)
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Stopped before the loop had its first turn, it never runs.
        if (ExecuteTask is { IsCanceled: true } && _queue.Reader.Count > 0)
            await ExecuteAsync(new CancellationToken(canceled: true));
    }
}
