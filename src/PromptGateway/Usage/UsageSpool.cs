namespace PromptGateway.Usage;

/// <summary>
/// Ledger rows on disk that the database could not take: a directory of files with a JSON object a line, each at most a batch long. A
/// row that was written here survives a crash of the process. Files of an earlier process are taken over; one that another process
/// still holds open is left to it. Used by one task at a time.
/// </summary>
internal sealed class UsageSpool(string directory) : IDisposable
{
    private const int RowsPerFile = 1_000;
    private const string Pattern = "*.jsonl";
    private readonly Queue<SpoolFile> _closed = [];
    private SpoolFile? _current;
    private FileStream? _stream;
    private long _rows;

    public bool IsEmpty => _closed.Count == 0 && _current is null;

    /// <summary>How many rows are here; may be read by any thread.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Takes over what an earlier process has left.</summary>
    public void Open()
    {
        if (!Directory.Exists(directory))
            return;
        foreach (var path in Directory.EnumerateFiles(directory, Pattern).Order(StringComparer.Ordinal))
            // What was spooled before this call is known already.
            if (!_closed.Any(file => file.Path == path) && SpoolFile.TryCount(path) is { } rows)
                Close(new SpoolFile(path, IsOwn: false) { Rows = rows });
    }

    /// <summary>Writes rows; they are with the operating system when it returns.</summary>
    /// <exception cref="IOException">The disk is full or broken: none of the rows counts as written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public void Add(IReadOnlyList<UsageRecord> rows)
    {
        var (file, stream) = Current();
        using var lines = new MemoryStream();
        foreach (var row in rows)
            UsageJson.WriteLine(lines, row);
        var start = stream.Length;
        try
        {
            stream.Write(lines.GetBuffer(), 0, (int)lines.Length);
        }
        catch
        {
            // Half a batch would come back beside the whole one, half a line would not come back at all.
            stream.SetLength(start);
            throw;
        }
        file.Rows += rows.Count;
        Interlocked.Add(ref _rows, rows.Count);
        if (file.Rows >= RowsPerFile)
            CloseCurrent();
    }

    /// <summary>The oldest file; it stays until it is removed. Null when there is none.</summary>
    public SpoolFile? Oldest()
    {
        if (_closed.Count == 0)
            CloseCurrent();
        return _closed.TryPeek(out var file) ? file : null;
    }

    /// <summary>Done with the file that <see cref="Oldest"/> gave.</summary>
    /// <param name="delete">False: it stays on disk for the next process.</param>
    public void CloseOldest(bool delete)
    {
        var file = _closed.Dequeue();
        Interlocked.Add(ref _rows, -file.Rows);
        if (delete)
            File.Delete(file.Path);
    }

    public void Dispose() => _stream?.Dispose();

    private (SpoolFile, FileStream) Current()
    {
        if (_current is { } file && _stream is { } stream)
            return (file, stream);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = Path.Combine(directory, $"{Guid.CreateVersion7():N}.jsonl");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            // What is left in a buffer when the disk is full would come out behind the next batch.
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _stream = new FileStream(path, options);
        _current = new SpoolFile(path, IsOwn: true);
        return (_current, _stream);
    }

    private void CloseCurrent()
    {
        if (_current is not { } file)
            return;
        _stream?.Dispose();
        (_current, _stream) = (null, null);
        _closed.Enqueue(file);
    }

    private void Close(SpoolFile file)
    {
        _closed.Enqueue(file);
        Interlocked.Add(ref _rows, file.Rows);
    }
}
