namespace PromptGateway.Forwarding.Heartbeats;

/// <summary>The body of an <see cref="EarlyResponse"/>: the first write ends the heartbeats, all others go straight on.</summary>
internal sealed class EarlyBody(EarlyResponse response, Stream inner) : Stream
{
    public override bool CanRead => false;

    /// <summary>As long as nothing was sent, <c>Response.Clear</c> may take back what was written, by setting the length to 0.</summary>
    public override bool CanSeek => !response.HasStarted;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return;
        if (await response.BeginAsync(cancellationToken))
            await inner.WriteAsync(buffer, cancellationToken);
        else
            response.Keep(buffer.Span);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        response.HasStarted ? inner.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush() => throw new NotSupportedException("Answers are written asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => response.Forget();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Answers are written asynchronously.");
}
