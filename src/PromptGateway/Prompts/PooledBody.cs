using System.Buffers;

namespace PromptGateway.Prompts;

/// <summary>A request body read whole into one pooled buffer. The buffer goes back to the pool when this is disposed.</summary>
internal sealed class PooledBody(int capacity) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, 256));

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    /// <summary>The unused rest of the buffer, at least one byte.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (Length == _buffer.Length)
                Grow(Length + 1);
            return _buffer.AsMemory(Length);
        }
    }

    public void Advance(int count) => Length += count;

    public void Append(in ReadOnlySequence<byte> bytes)
    {
        var needed = checked(Length + (int)bytes.Length);
        if (needed > _buffer.Length)
            Grow(needed);
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length = needed;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer.Length * 2));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        Length = 0;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
