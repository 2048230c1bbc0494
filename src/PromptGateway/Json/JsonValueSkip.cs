using System.Buffers;

namespace PromptGateway.Json;

/// <summary>
/// Steps over one JSON value that arrives in pieces. Checks nothing: it only knows strings, escapes and nesting, which is enough to find
/// the end of a value that is valid, and does no harm on one that is not.
/// </summary>
internal struct JsonValueSkip
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> ScalarEnd = SearchValues.Create(",}] \t\r\n"u8);

    private long _depth;
    private bool _inString;
    private bool _isScalar;
    private bool _afterBackslash;

    /// <summary>A skip for the value that starts with this byte, which is still to be offered.</summary>
    public static JsonValueSkip From(byte first) => new() { _isScalar = first is not ((byte)'"' or (byte)'{' or (byte)'[') };

    /// <summary>A skip for a string whose opening quote was read already.</summary>
    public static JsonValueSkip InString() => new() { _inString = true };

    /// <summary>Moves the position to just after the value; false when the value does not end in this piece.</summary>
    public bool TryEnd(ReadOnlySpan<byte> piece, ref int position)
    {
        if (_isScalar)
            return TryEndScalar(piece, ref position);
        while (position < piece.Length)
        {
            if (_inString ? TryEndString(piece, ref position) : TryEndContainer(piece, ref position))
                return true;
        }
        return false;
    }

    private static bool TryEndScalar(ReadOnlySpan<byte> piece, ref int position)
    {
        var length = piece[position..].IndexOfAny(ScalarEnd);
        position = length < 0 ? piece.Length : position + length;
        return length >= 0;
    }

    private bool TryEndString(ReadOnlySpan<byte> piece, ref int position)
    {
        if (_afterBackslash)
        {
            _afterBackslash = false;
            position++;
            return false;
        }
        var length = piece[position..].IndexOfAny((byte)'"', (byte)'\\');
        if (length < 0)
        {
            position = piece.Length;
            return false;
        }
        position += length + 1;
        _afterBackslash = piece[position - 1] == '\\';
        _inString = _afterBackslash;
        return !_inString && _depth == 0;
    }

    private bool TryEndContainer(ReadOnlySpan<byte> piece, ref int position)
    {
        var length = piece[position..].IndexOfAny(Structure);
        if (length < 0)
        {
            position = piece.Length;
            return false;
        }
        position += length + 1;
        switch (piece[position - 1])
        {
            case (byte)'"':
                _inString = true;
                return false;
            case (byte)'{' or (byte)'[':
                _depth++;
                return false;
            default:
                return --_depth == 0;
        }
    }
}
