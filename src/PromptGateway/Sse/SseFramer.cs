using System.Runtime.CompilerServices;

namespace PromptGateway.Sse;

/// <summary>
/// Finds the events in a stream of SSE bytes without copying any: the caller keeps the buffer, the framer says where events end. Lines end
/// in LF, CR or CR LF, mixed at will. An event is given as soon as its blank line is there, never later: a CR at the end of the buffer
/// ends its line at once, and when an LF follows after all, it comes as a blank range of its own. Remembers how far it searched, so that
/// a long line that arrives in many pieces is searched once.
/// </summary>
/// <remarks>
/// A mutable struct, one per stream; keep it in a field that is not readonly. As long as no event is found, the bytes from
/// <c>offset</c> on must be offered again, with more behind them; they may have moved.
/// </remarks>
internal struct SseFramer
{
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    /// <summary>All counted from the start of the event: how far was searched, and where the current line starts.</summary>
    private int _searched;
    private int _lineStart;

    private int _lines;
    private int _onlyLineLength;
    private bool _afterReturn;
    private bool _isPastFirstLine;
    private bool _hasMark;

    /// <summary>Finds the next whole event.</summary>
    /// <param name="buffer">What was read so far and not yet given up.</param>
    /// <param name="offset">Where the next event starts; moved behind it when it is whole.</param>
    /// <param name="range">The event, with offsets in <paramref name="buffer"/>.</param>
    /// <returns>False when more bytes are needed.</returns>
    public bool TryNext(ReadOnlySpan<byte> buffer, ref int offset, out SseEventRange range)
    {
        var rest = buffer[offset..];
        while (true)
        {
            SkipSplitLineFeed(rest);
            var found = rest[_searched..].IndexOfAny(LineFeed, CarriageReturn);
            if (found < 0)
            {
                _searched = rest.Length;
                range = default;
                return false;
            }
            var lineEnd = _searched + found;
            var next = NextLine(rest, lineEnd);
            if (EndLine(rest, lineEnd, ref next))
            {
                range = Take(offset, next);
                offset += next;
                return true;
            }
            _lineStart = _searched = next;
        }
    }

    /// <summary>At the end of the stream, after <see cref="TryNext"/> gave false: what is left, unterminated; false when nothing is.</summary>
    public bool TryFinish(ReadOnlySpan<byte> buffer, ref int offset, out SseEventRange range)
    {
        var rest = buffer[offset..];
        var hasMark = _hasMark || (!_isPastFirstLine && rest.StartsWith("\uFEFF"u8));
        range = new SseEventRange(offset, rest.Length, -1, 0, hasMark, IsTerminated: false);
        offset = buffer.Length;
        this = default;
        return !rest.IsEmpty;
    }

    /// <summary>The line before ended in a CR at the end of the buffer: an LF that follows belongs to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipSplitLineFeed(ReadOnlySpan<byte> rest)
    {
        if (!_afterReturn || _searched >= rest.Length)
            return;
        _afterReturn = false;
        if (rest[_searched] == LineFeed)
            _lineStart = ++_searched;
    }

    /// <summary>Where the line behind this terminator starts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int NextLine(ReadOnlySpan<byte> rest, int lineEnd)
    {
        var next = lineEnd + 1;
        if (rest[lineEnd] == LineFeed)
            return next;
        _afterReturn = next == rest.Length;
        return !_afterReturn && rest[next] == LineFeed ? next + 1 : next;
    }

    /// <summary>Counts the line that ends; true when the event ends with it, or with the LF right behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool EndLine(ReadOnlySpan<byte> rest, int lineEnd, ref int next)
    {
        if (!_isPastFirstLine)
            SkipByteOrderMark(rest);
        if (lineEnd == _lineStart)
            return true;
        _onlyLineLength = ++_lines == 1 ? lineEnd - _lineStart : 0;
        if (next >= rest.Length || rest[next] != LineFeed)
            return false;
        next++;
        return true;
    }

    private void SkipByteOrderMark(ReadOnlySpan<byte> rest)
    {
        _isPastFirstLine = true;
        _hasMark = rest.StartsWith("\uFEFF"u8);
        if (_hasMark)
            _lineStart += "\uFEFF"u8.Length;
    }

    private SseEventRange Take(int offset, int length)
    {
        var range = new SseEventRange(offset, length, _lines, _onlyLineLength, _hasMark, IsTerminated: true);
        _searched = _lineStart = _lines = _onlyLineLength = 0;
        _afterReturn = _hasMark = false;
        return range;
    }
}
