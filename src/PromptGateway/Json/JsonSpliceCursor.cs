namespace PromptGateway.Json;

/// <summary>Walks over the result of a <see cref="JsonSplice"/>, as borrowed pieces or as copies into the reader's buffer.</summary>
internal struct JsonSpliceCursor(JsonSplice splice)
{
    private int _nextEdit;
    private int _position;
    private ReadOnlyMemory<byte> _piece;

    /// <summary>The next piece that is not empty, without a copy; false at the end.</summary>
    public bool TryNext(out ReadOnlyMemory<byte> piece)
    {
        while (_piece.IsEmpty && TryAdvance()) { }
        piece = _piece;
        _piece = default;
        return !piece.IsEmpty;
    }

    /// <summary>Copies the next bytes; gives how many, 0 at the end or when the destination is empty.</summary>
    public int Read(Span<byte> destination)
    {
        var written = 0;
        while (written < destination.Length && TryNext(out var piece))
        {
            var length = Math.Min(piece.Length, destination.Length - written);
            piece.Span[..length].CopyTo(destination[written..]);
            written += length;
            _piece = piece[length..];
        }
        return written;
    }

    /// <summary>Steps to what follows: the source up to the next edit, or that edit's text.</summary>
    private bool TryAdvance()
    {
        var edits = splice.Edits;
        var end = _nextEdit < edits.Length ? edits[_nextEdit].Start : splice.Source.Length;
        if (_position < end)
        {
            _piece = splice.Source[_position..end];
            _position = end;
            return true;
        }
        if (_nextEdit == edits.Length)
            return false;
        _piece = edits[_nextEdit].Text;
        _position = edits[_nextEdit++].End;
        return true;
    }
}
