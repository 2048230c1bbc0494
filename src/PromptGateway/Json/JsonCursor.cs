using System.Runtime.CompilerServices;

namespace PromptGateway.Json;

/// <summary>A position in a document that is being checked, and the first error met.</summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> utf8, int position)
{
    public const int End = -1;

    public readonly ReadOnlySpan<byte> Utf8 = utf8;
    public int Position = position;
    public JsonScanError Error;
    public int ErrorOffset;

    /// <summary>Steps over white space; gives the byte there without consuming it, or <see cref="End"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Peek()
    {
        var utf8 = Utf8;
        var position = Position;
        if ((uint)position < (uint)utf8.Length && utf8[position] > ' ')
            return utf8[position];
        return PeekBehindSpace();
    }

    /// <summary>Records the error; gives false, so that it can be returned.</summary>
    public bool Fail(JsonScanError error, int offset)
    {
        Error = error;
        ErrorOffset = offset;
        return false;
    }

    /// <summary>Records that another byte was expected than the one that <see cref="Peek"/> gave.</summary>
    public bool FailAt(int found) =>
        Fail(found == End ? JsonScanError.UnexpectedEnd : JsonScanError.UnexpectedCharacter, Math.Min(Position, Utf8.Length));

    private int PeekBehindSpace()
    {
        var rest = Utf8[Position..];
        var step = rest.IndexOfAnyExcept((byte)' ');
        while (step >= 0 && rest[step] is (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)' ')
        {
            step++;
            while (step < rest.Length && rest[step] == ' ')
                step++;
            if (step == rest.Length)
                step = -1;
        }
        Position = step < 0 ? Utf8.Length : Position + step;
        return step < 0 ? End : rest[step];
    }
}
