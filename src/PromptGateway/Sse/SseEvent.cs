using System.Buffers;

namespace PromptGateway.Sse;

/// <summary>
/// The fields of one event, as spans of the buffer that was read; only data of several lines is joined in a pooled buffer. Dispose it,
/// and use it no longer than the buffer.
/// </summary>
internal ref struct SseEvent
{
    private byte[]? _joined;

    /// <summary>The <c>event:</c> field; empty when there is none, which means "message".</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The <c>data:</c> lines, joined with LF.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>The <c>id:</c> field; empty when there is none.</summary>
    public ReadOnlySpan<byte> Id { get; private set; }

    /// <summary>Whether there is a <c>data:</c> line at all. Without one (a comment, a blank line) the event means nothing.</summary>
    public bool HasData { get; private set; }

    /// <summary>Whether this is OpenAI's end mark.</summary>
    public readonly bool IsDone => Data.SequenceEqual("[DONE]"u8);

    /// <summary>Reads an event that <see cref="SseFramer"/> found in this buffer.</summary>
    public static SseEvent Read(ReadOnlySpan<byte> buffer, in SseEventRange range)
    {
        var bytes = range.Bytes(buffer);
        if (range.HasByteOrderMark)
            bytes = bytes["\uFEFF"u8.Length..];
        var read = default(SseEvent);
        if (range.Lines == 1)
            read.ReadLine(bytes[..range.OnlyLineLength], bytes.Length);
        else
            read.ReadLines(bytes);
        return read;
    }

    /// <summary>Gives the joined data back, if there is any.</summary>
    public void Dispose()
    {
        if (_joined is null)
            return;
        Data = default;
        ArrayPool<byte>.Shared.Return(_joined);
        _joined = null;
    }

    private void ReadLines(ReadOnlySpan<byte> bytes)
    {
        var total = bytes.Length;
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
                end = bytes.Length;
            ReadLine(bytes[..end], total);
            bytes = bytes[Math.Min(end + 1, bytes.Length)..];
        }
    }

    /// <param name="line">A line without its terminator. The empty one between a CR and an LF says nothing, and so does no harm.</param>
    /// <param name="total">The length of the event: joined data is shorter.</param>
    private void ReadLine(ReadOnlySpan<byte> line, int total)
    {
        var colon = line.IndexOf((byte)':');
        var field = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? default : line[(colon + 1)..];
        if (value.StartsWith(" "u8))
            value = value[1..];
        if (field.SequenceEqual("data"u8))
            AddData(value, total);
        else if (field.SequenceEqual("event"u8))
            Name = value;
        else if (field.SequenceEqual("id"u8) && !value.Contains((byte)0))
            Id = value;
    }

    private void AddData(ReadOnlySpan<byte> value, int total)
    {
        if (!HasData)
        {
            HasData = true;
            Data = value;
            return;
        }
        if (_joined is null)
        {
            _joined = ArrayPool<byte>.Shared.Rent(total);
            Data.CopyTo(_joined);
        }
        var length = Data.Length;
        _joined[length++] = (byte)'\n';
        value.CopyTo(_joined.AsSpan(length));
        Data = _joined.AsSpan(0, length + value.Length);
    }
}
