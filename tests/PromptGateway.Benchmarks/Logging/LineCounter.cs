namespace PromptGateway.Benchmarks.Logging;

/// <summary>A log's output that only counts lines, and tells when enough have come.</summary>
internal sealed class LineCounter : MemoryStream
{
    private readonly ManualResetEventSlim _enough = new();
    private int _missing;

    public void Expect(int lines)
    {
        _enough.Reset();
        Volatile.Write(ref _missing, lines);
    }

    public void Wait() => _enough.Wait();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Add(ref _missing, -buffer.Span.Count((byte)'\n')) <= 0)
            _enough.Set();
        return default;
    }

    protected override void Dispose(bool disposing)
    {
        _enough.Dispose();
        base.Dispose(disposing);
    }
}
