namespace PromptGateway.Forwarding;

/// <summary>What was read ahead of a body, and then the rest of it as it comes.</summary>
internal sealed class PrefixedStream(Stream prefix, Stream rest) : Stream
{
    private bool _prefixDone;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_prefixDone)
            return rest.ReadAsync(buffer, cancellationToken);
        if (buffer.IsEmpty)
            return ValueTask.FromResult(0);
        var read = prefix.Read(buffer.Span);
        if (read > 0)
            return ValueTask.FromResult(read);
        _prefixDone = true;
        return rest.ReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
