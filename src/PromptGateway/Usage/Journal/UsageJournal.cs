namespace PromptGateway.Usage.Journal;

/// <summary>
/// What keeps a row between the moment at which its client has the end of the answer and the moment at which the ledger has the row:
/// files in the data directory that are mapped into memory. Noting a row costs a copy and no system call, and the note survives
/// <c>kill -9</c>. After a crash the next start brings what it finds into the ledger, where a row that is there already counts once.
/// (A power loss may take the last moments, as it may of the ledger itself.)
/// </summary>
internal sealed class UsageJournal(string directory, TimeProvider time, ILogger<UsageJournal> log) : IDisposable
{
    private const string Ending = ".journal";

    /// <summary>Bytes; some 10,000 rows.</summary>
    public const int SegmentBytes = 4 << 20;
    private const int RecoverBatch = 1_000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    [ThreadStatic]
    private static RecordWriter? s_writer;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Note> _notes = new(StringComparer.Ordinal);
    private JournalSegment? _current;
    private JournalSegment? _spare;
    private Task _preparing = Task.CompletedTask;
    private bool _closed;
    private long _failedAt;

    /// <summary>Rows that are noted and not settled.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _notes.Count;
        }
    }

    /// <summary>
    /// Keeps the row until it is settled; of a row that is noted again, only when its cost or its tokens are others. A disk that does not take it is
    /// logged, and the row is then kept in memory alone.
    /// </summary>
    public void Keep(UsageRecord row)
    {
        lock (_gate)
        {
            if (_notes.TryGetValue(row.RequestId, out var note) && note.Says(row))
                return;
        }
        var writer = s_writer ??= new RecordWriter();
        writer.Clear();
        UsageRecordCodec.Write(writer, row);
        lock (_gate)
        {
            if (Append(writer.Written) is not { } segment)
                return;
            segment.Open++;
            if (_notes.TryGetValue(row.RequestId, out var older))
                Release(older.Segment);
            _notes[row.RequestId] = new Note(segment, row.CostNanoUsd, row.Usage.TotalTokens);
        }
    }

    /// <summary>The rows are safe elsewhere, or for nobody any more.</summary>
    public void Settle(ReadOnlySpan<UsageRecord> rows)
    {
        lock (_gate)
        {
            foreach (var row in rows)
                if (_notes.Remove(row.RequestId, out var note))
                    Release(note.Segment);
        }
    }

    /// <summary>
    /// Hands over what processes that ended without their goodbye have left. Files of a gateway that runs beside this one are left alone:
    /// they are locked.
    /// </summary>
    /// <param name="save">Takes a batch of rows; what it throws keeps the file for the next start.</param>
    /// <returns>How many rows were found.</returns>
    public async Task<int> RecoverAsync(Func<UsageRecord[], Task> save)
    {
        // Before there is one of its own, which would look like another's until it is locked.
        string[] left = Directory.Exists(directory) ? Directory.GetFiles(directory, "*" + Ending) : [];
        // Made now, so that no request has to wait for it.
        Prepare();
        var found = 0;
        // The newest first: of a row that was noted in two files the later note counts, and the ledger keeps what comes first.
        foreach (var path in left.OrderDescending(StringComparer.Ordinal))
            found += await TryRecoverAsync(path, save);
        if (found > 0)
            log.LogWarning("The gateway had not been stopped in order: {Rows} rows of its journal were handed to the ledger", found);
        return found;
    }

    /// <summary>Ends it; files without open rows are removed.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            foreach (
                var segment in _notes
                    .Values.Select(note => note.Segment)
                    .Append(_current)
                    .Append(_spare)
                    .OfType<JournalSegment>()
                    .Distinct()
            )
                Remove(segment);
            _current = _spare = null;
        }
        // Else it would leave its file behind.
        _preparing.Wait();
    }

    private static void Remove(JournalSegment segment)
    {
        if (segment.Open == 0)
            segment.Delete();
        else
            segment.Dispose();
    }

    /// <summary>A file that cannot be read, or whose rows nobody takes, stays for the next start; it does not keep the gateway from this one.</summary>
    private async Task<int> TryRecoverAsync(string path, Func<UsageRecord[], Task> save)
    {
        try
        {
            return await RecoverAsync(path, save);
        }
        catch (Exception e)
        {
            log.LogError(e, "Rows of the ledger's journal {File} could not be brought in; they are tried again at the next start", path);
            return 0;
        }
    }

    private static async Task<int> RecoverAsync(string path, Func<UsageRecord[], Task> save)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return 0;
        }
        await using (file)
        {
            // Of notes about one request the last one is the truest.
            var rows = new Dictionary<string, UsageRecord>(StringComparer.Ordinal);
            foreach (var bytes in JournalSegment.Read(file))
                if (UsageRecordCodec.Read(bytes) is { } row)
                    rows[row.RequestId] = row;
            foreach (var batch in rows.Values.Chunk(RecoverBatch))
                await save(batch);
            File.Delete(path);
            return rows.Count;
        }
    }

    private JournalSegment? Append(ReadOnlySpan<byte> record)
    {
        if (_closed)
            return null;
        if (_current?.TryAppend(record) == true)
        {
            if (_spare is null && _preparing.IsCompleted && _current.IsHalfFull)
                Prepare();
            return _current;
        }
        // Full segments are kept by their open rows.
        var next = _spare ?? TryCreate();
        if (next is null)
            return null;
        (_current, _spare) = (next, null);
        return next.TryAppend(record) ? next : null;
    }

    /// <summary>Makes the next file beside the requests, long before it is needed.</summary>
    private void Prepare() =>
        _preparing = Task.Run(() =>
        {
            var made = TryCreate();
            lock (_gate)
            {
                if (_spare is null && !_closed)
                    (_spare, made) = (made, null);
            }
            made?.Delete();
        });

    private JournalSegment? TryCreate()
    {
        var now = time.GetTimestamp();
        var failed = Volatile.Read(ref _failedAt);
        if (failed != 0 && time.GetElapsedTime(failed, now) < RetryAfter)
            return null;
        try
        {
            CreateDirectory();
            var name = $"{time.GetUtcNow().UtcTicks:x16}-{Environment.ProcessId}-{Guid.NewGuid():n}{Ending}";
            var segment = JournalSegment.Create(Path.Combine(directory, name), SegmentBytes);
            Volatile.Write(ref _failedAt, 0);
            return segment;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref _failedAt, now);
            log.LogError(e, "The ledger's journal cannot be written: until it can, a crash may lose the rows of the last moments");
            return null;
        }
    }

    /// <summary>Rows name keys and models: for the owner only, as the database is.</summary>
    private void CreateDirectory()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>One row of the segment less; one that holds none starts over or goes.</summary>
    private void Release(JournalSegment segment)
    {
        if (--segment.Open > 0)
            return;
        if (_closed)
            segment.Delete();
        else if (segment == _current)
            segment.Rewind();
        else if (_spare is null)
            (_spare = segment).Rewind();
        else
            segment.Delete();
    }

    /// <param name="Segment">The file that holds the last note of the row.</param>
    /// <param name="Cost">What that note says.</param>
    /// <param name="Tokens">Says how much where the cost is not known.</param>
    private readonly record struct Note(JournalSegment Segment, long? Cost, long Tokens)
    {
        public bool Says(UsageRecord row) => Cost == row.CostNanoUsd && Tokens == row.Usage.TotalTokens;
    }
}
