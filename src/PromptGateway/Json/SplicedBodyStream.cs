namespace PromptGateway.Json;

/// <summary>
/// Reads the result of a <see cref="JsonSplice"/> once, from start to end, as a request body; open one per attempt. Never waits. Borrows
/// the splice's buffers: dispose it before they are given back.
/// </summary>
internal sealed class SplicedBodyStream(JsonSplice splice) : Stream
{
    private JsonSpliceCursor _cursor = splice.Read();
    private int _consumed;
    private bool _disposed;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    /// <summary>How many bytes the whole body has.</summary>
    public override long Length => splice.Length;

    /// <summary>How many bytes were read; cannot be set.</summary>
    public override long Position
    {
        get => _consumed;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var read = _cursor.Read(buffer);
        _consumed += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken)
            : ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes the pieces as they lie, without a buffer between.</summary>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (_cursor.TryNext(out var piece))
        {
            _consumed += piece.Length;
            await destination.WriteAsync(piece, cancellationToken);
            ObjectDisposedException.ThrowIf(_disposed, this);
        }
    }

    /// <summary>Writes the body from its start, whatever was read of it before. May be called again.</summary>
    public async Task CopyWholeAsync(Stream destination, CancellationToken cancellationToken)
    {
        var cursor = splice.Read();
        while (cursor.TryNext(out var piece))
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            await destination.WriteAsync(piece, cancellationToken);
        }
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        base.Dispose(disposing);
    }
}
