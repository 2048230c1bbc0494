using System.Buffers;

namespace PromptGateway.Forwarding;

/// <summary>Bytes of an event that has not come whole yet. Holds no buffer while it is empty, so an idle stream costs nothing.</summary>
internal struct CarryBuffer
{
    private byte[]? _buffer;

    public int Length { get; private set; }

    public readonly Span<byte> Span => _buffer.AsSpan(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        EnsureFree(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Room to read into behind what is there.</summary>
    public Memory<byte> Free(int atLeast)
    {
        EnsureFree(atLeast);
        return _buffer.AsMemory(Length);
    }

    public void Advance(int count) => Length += count;

    /// <summary>Drops the first bytes; gives the buffer back when nothing is left.</summary>
    public void Consume(int count)
    {
        Length -= count;
        if (Length == 0)
            Release();
        else if (count > 0)
            _buffer.AsSpan(count, Length).CopyTo(_buffer);
    }

    public void Release()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        Length = 0;
    }

    private void EnsureFree(int count)
    {
        if (_buffer is not null && _buffer.Length - Length >= count)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + count, Length * 2));
        if (_buffer is not null)
        {
            _buffer.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        _buffer = larger;
    }
}
