namespace PromptGateway.Sse;

/// <summary>Where one event lies in the buffer that <see cref="SseFramer"/> read: all its lines with the blank line that ends it.</summary>
/// <param name="Start">The offset of the first byte.</param>
/// <param name="Length">How many bytes, terminators included. The ranges of a stream, one after the other, are the whole stream.</param>
/// <param name="Lines">How many lines come before the blank one; 0 for a blank line that ends nothing; -1 when not counted.</param>
/// <param name="OnlyLineLength">Without its terminator, when <paramref name="Lines"/> is 1; else 0.</param>
/// <param name="HasByteOrderMark">Whether the range starts with the stream's byte order mark.</param>
/// <param name="IsTerminated">False for what is left at the end of a stream without its blank line; it may be cut anywhere.</param>
internal readonly record struct SseEventRange(
    int Start,
    int Length,
    int Lines,
    int OnlyLineLength,
    bool HasByteOrderMark,
    bool IsTerminated
)
{
    public int End => Start + Length;

    /// <summary>A blank line that ends no event, such as a keep-alive or the second half of a CR LF that came apart.</summary>
    public bool IsBlank => Lines == 0;

    /// <summary>The bytes of the event in the buffer that was read.</summary>
    public ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> buffer) => buffer.Slice(Start, Length);
}
