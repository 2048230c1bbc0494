using System.Buffers;

namespace PromptGateway.Json;

/// <summary>The values that a <see cref="JsonMemberTap"/> keeps, one after the other in one pooled buffer that grows with need.</summary>
internal sealed class JsonTapCaptures(int count, int maxValueLength) : IDisposable
{
    private const int FirstSize = 512;

    private readonly Slot[] _slots = new Slot[count];
    private byte[] _buffer = [];
    private int _used;
    private int _current = -1;

    /// <summary>Starts the value of a member, in place of the one that the same member may have had before.</summary>
    public void Begin(int index)
    {
        Remove(index);
        _current = index;
        _slots[index] = new Slot { Start = _used };
    }

    /// <summary>Adds a piece of the value; one that grows over the limit is dropped.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        ref var slot = ref _slots[_current];
        if (slot.IsTooLong)
            return;
        if (piece.Length > maxValueLength - slot.Length)
        {
            _used = slot.Start;
            slot = new Slot { IsTooLong = true };
            return;
        }
        EnsureRoom(piece.Length);
        piece.CopyTo(_buffer.AsSpan(_used));
        _used += piece.Length;
        slot.Length += piece.Length;
    }

    public void End()
    {
        ref var slot = ref _slots[_current];
        slot.IsWhole = !slot.IsTooLong;
    }

    public bool TryGet(int index, out ReadOnlySpan<byte> value)
    {
        ref readonly var slot = ref _slots[index];
        value = slot.IsWhole ? _buffer.AsSpan(slot.Start, slot.Length) : default;
        return slot.IsWhole;
    }

    public bool IsTooLong(int index) => _slots[index].IsTooLong;

    /// <summary>Gives the buffer back and forgets all values.</summary>
    public void Dispose()
    {
        Array.Clear(_slots);
        _used = 0;
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    /// <summary>Closes the gap that a value leaves, so that a member repeated without end needs no more room than once.</summary>
    private void Remove(int index)
    {
        var (start, length) = (_slots[index].Start, _slots[index].Length);
        if (length == 0)
            return;
        _buffer.AsSpan(start + length, _used - start - length).CopyTo(_buffer.AsSpan(start));
        _used -= length;
        foreach (ref var slot in _slots.AsSpan())
        {
            if (slot.Start > start)
                slot.Start -= length;
        }
    }

    private void EnsureRoom(int length)
    {
        if (_used + length <= _buffer.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Max(_used + length, _buffer.Length * 2)));
        _buffer.AsSpan(0, _used).CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private struct Slot
    {
        public int Start;
        public int Length;
        public bool IsWhole;
        public bool IsTooLong;
    }
}
