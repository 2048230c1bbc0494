using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace PromptGateway.Usage.Journal;

/// <summary>
/// Writes fields, each behind a tag of its own, into a buffer that is used again: numbers as 7-bit groups, texts as UTF-8 behind their
/// length. What is null or zero is left out, so that versions may add fields and still read each other's.
/// </summary>
internal sealed class RecordWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Clear() => _buffer.ResetWrittenCount();

    public void Number(byte tag, long? value)
    {
        if (value is not { } number)
            return;
        var span = _buffer.GetSpan(11);
        span[0] = tag;
        _buffer.Advance(1 + Groups(span[1..], Zigzag(number)));
    }

    /// <summary>Of a field that cannot be null: zero is what a reader takes for it when it is not there.</summary>
    public void Plain(byte tag, long value)
    {
        if (value != 0)
            Number(tag, value);
    }

    public void Text(byte tag, string? value)
    {
        if (value is null)
            return;
        var span = _buffer.GetSpan(5 + Encoding.UTF8.GetMaxByteCount(value.Length));
        span[0] = tag;
        // The length has a fixed place, so that the text need not be measured first.
        var length = Encoding.UTF8.GetBytes(value, span[5..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[1..], length);
        _buffer.Advance(5 + length);
    }

    private static ulong Zigzag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static int Groups(Span<byte> span, ulong value)
    {
        var i = 0;
        for (; value >= 0x80; value >>= 7)
            span[i++] = (byte)(value | 0x80);
        span[i++] = (byte)value;
        return i;
    }
}
