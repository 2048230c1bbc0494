using System.Buffers.Binary;
using System.Text;

namespace PromptGateway.Usage.Journal;

/// <summary>Reads what <see cref="RecordWriter"/> wrote, field by field. Anything else ends it early; nothing makes it throw.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>Tags from here on carry text.</summary>
    public const byte FirstText = 64;

    private ReadOnlySpan<byte> _rest = bytes;

    public byte Tag { get; private set; }
    public long Number { get; private set; }
    public string? Text { get; private set; }

    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        Tag = _rest[0];
        _rest = _rest[1..];
        return Tag < FirstText ? ReadNumber() : ReadText();
    }

    private bool ReadNumber()
    {
        ulong value = 0;
        for (int i = 0, shift = 0; i < _rest.Length && shift < 64; i++, shift += 7)
        {
            value |= (ulong)(_rest[i] & 0x7f) << shift;
            if (_rest[i] >= 0x80)
                continue;
            Number = (long)(value >> 1) ^ -(long)(value & 1);
            _rest = _rest[(i + 1)..];
            return true;
        }
        return false;
    }

    private bool ReadText()
    {
        if (_rest.Length < 4)
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        if (length < 0 || length > _rest.Length - 4)
            return false;
        Text = Encoding.UTF8.GetString(_rest.Slice(4, length));
        _rest = _rest[(4 + length)..];
        return true;
    }
}
