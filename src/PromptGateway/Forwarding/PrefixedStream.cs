namespace PromptGateway.Forwarding;

/// <summary>What was read ahead of a body, and then the rest of it as it comes.</summary>
internal sealed class PrefixedStream(Stream prefix, Stream rest) : ReadingStream
{
    private bool _prefixDone;

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
}
