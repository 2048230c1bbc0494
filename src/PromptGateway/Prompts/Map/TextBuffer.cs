using System.Buffers;
using System.Buffers.Text;

namespace PromptGateway.Prompts.Map;

/// <summary>Text that is being written, in one pooled array that grows. Goes back to the pool when disposed.</summary>
internal sealed class TextBuffer : IDisposable
{
    private const int SmallestArray = 4096;
    private byte[] _array = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Text => _array.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _array.AsMemory(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Forgets what was written behind this length.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>Takes out a stretch; what follows moves up.</summary>
    public void Remove(int start, int count)
    {
        _array.AsSpan(start + count, Length - start - count).CopyTo(_array.AsSpan(start));
        Length -= count;
    }

    public void Append(byte unit)
    {
        if (Length == _array.Length)
            Grow(1);
        _array[Length++] = unit;
    }

    public void Append(char ascii) => Append((byte)ascii);

    public void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Reserve(text.Length));
        Length += text.Length;
    }

    public void Append(int number)
    {
        Utf8Formatter.TryFormat(number, Reserve(11), out var written);
        Length += written;
    }

    /// <summary>Room for at least this many bytes; <see cref="Advance"/> says how many were written.</summary>
    public Span<byte> Reserve(int size)
    {
        if (_array.Length - Length < size)
            Grow(size);
        return _array.AsSpan(Length);
    }

    public void Advance(int written) => Length += written;

    public void Dispose()
    {
        var array = Interlocked.Exchange(ref _array, []);
        Length = 0;
        if (array.Length > 0)
            ArrayPool<byte>.Shared.Return(array);
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + size), Math.Max(SmallestArray, _array.Length * 2)));
        Text.CopyTo(larger);
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
