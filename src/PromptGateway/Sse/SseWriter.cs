using System.Buffers;

namespace PromptGateway.Sse;

/// <summary>
/// Writes events with LF line ends, each in one contiguous piece: some clients lose an event whose bytes arrive in two reads, so flush
/// after an event, never inside one.
/// </summary>
internal static class SseWriter
{
    /// <summary>Writes an event without a name: <c>data: ...</c>. Data of several lines becomes several <c>data:</c> lines.</summary>
    public static void WriteData(IBufferWriter<byte> writer, ReadOnlySpan<byte> data) => WriteEvent(writer, default, data);

    /// <summary>Writes <c>event: name</c> and <c>data: ...</c>; without a name, only the data.</summary>
    public static void WriteEvent(IBufferWriter<byte> writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        ThrowIfSeveralLines(name);
        var span = writer.GetSpan(MaxLength(name, data));
        var written = 0;
        if (!name.IsEmpty)
            Put(span, ref written, "event: "u8, name);
        var end = data.IndexOfAny((byte)'\n', (byte)'\r');
        while (end >= 0)
        {
            Put(span, ref written, "data: "u8, data[..end]);
            var isPair = data[end] == '\r' && end + 1 < data.Length && data[end + 1] == '\n';
            data = data[(end + (isPair ? 2 : 1))..];
            end = data.IndexOfAny((byte)'\n', (byte)'\r');
        }
        Put(span, ref written, "data: "u8, data);
        span[written++] = (byte)'\n';
        writer.Advance(written);
    }

    /// <summary>OpenAI's end mark.</summary>
    public static void WriteDone(IBufferWriter<byte> writer) => writer.Write("data: [DONE]\n\n"u8);

    /// <summary>A comment that keeps the connection alive; clients skip it.</summary>
    public static void WritePing(IBufferWriter<byte> writer) => writer.Write(": ping\n\n"u8);

    /// <summary>Writes a comment of one line.</summary>
    public static void WriteComment(IBufferWriter<byte> writer, ReadOnlySpan<byte> text)
    {
        ThrowIfSeveralLines(text);
        var span = writer.GetSpan(text.Length + 4);
        var written = 0;
        Put(span, ref written, ": "u8, text);
        span[written++] = (byte)'\n';
        writer.Advance(written);
    }

    private static int MaxLength(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var breaks = data.IndexOfAny((byte)'\n', (byte)'\r') < 0 ? 0 : data.Count((byte)'\n') + data.Count((byte)'\r');
        return "event: "u8.Length + name.Length + 1 + (breaks + 1) * ("data: "u8.Length + 1) + data.Length + 1;
    }

    private static void Put(Span<byte> span, ref int written, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> line)
    {
        prefix.CopyTo(span[written..]);
        line.CopyTo(span[(written + prefix.Length)..]);
        written += prefix.Length + line.Length;
        span[written++] = (byte)'\n';
    }

    private static void ThrowIfSeveralLines(ReadOnlySpan<byte> line)
    {
        if (line.ContainsAny((byte)'\n', (byte)'\r'))
            throw new ArgumentException("An event name or comment must be one line.");
    }
}
