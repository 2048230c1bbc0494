using System.Buffers;

namespace PromptGateway.Json;

/// <summary>
/// A few edits over a document that itself never changes: every byte outside the edits stays as it was written. Reads the result piece by
/// piece without building it. Edits may be added in any order; two that overlap are a programming error. The source and the replacements
/// are borrowed: they must live until the last read. Not thread-safe while edits are added; any number of readers afterwards.
/// </summary>
internal sealed class JsonSplice(ReadOnlyMemory<byte> source)
{
    private const int RoomForMore = 2;
    private JsonEdit[] _edits = [];

    /// <summary>A copy of the edits, to add others to; source and replacements are shared.</summary>
    public JsonSplice(JsonSplice other)
        : this(other.Source)
    {
        _edits = new JsonEdit[other.EditCount + RoomForMore];
        other.Edits.CopyTo(_edits);
        (EditCount, Length) = (other.EditCount, other.Length);
    }

    public ReadOnlyMemory<byte> Source { get; private set; } = source;

    /// <summary>How many bytes the result has.</summary>
    public int Length { get; private set; } = source.Length;

    /// <summary>Whether the result is the source itself.</summary>
    public bool IsUnchanged => EditCount == 0;

    /// <summary>The edits, ordered by offset.</summary>
    internal ReadOnlySpan<JsonEdit> Edits => _edits.AsSpan(0, EditCount);

    private int EditCount { get; set; }

    /// <summary>Forgets all edits and starts over with another document.</summary>
    public void Reset(ReadOnlyMemory<byte> source)
    {
        _edits.AsSpan(0, EditCount).Clear();
        EditCount = 0;
        Source = source;
        Length = source.Length;
    }

    /// <summary>Puts <paramref name="replacement"/> in the place of a span; an empty one removes it.</summary>
    public void Replace(int start, int length, ReadOnlyMemory<byte> replacement)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Source.Length - start);
        Add(new JsonEdit(start, start + length, replacement));
    }

    /// <summary>Puts text between two bytes. Several at one offset follow each other in the order of the calls.</summary>
    public void Insert(int offset, ReadOnlyMemory<byte> text) => Replace(offset, 0, text);

    /// <summary>Replaces a member's value; <paramref name="json"/> must be one JSON value.</summary>
    public void ReplaceValue(in JsonMember member, ReadOnlyMemory<byte> json) => Replace(member.ValueStart, member.ValueLength, json);

    /// <summary>The result in pieces, in order.</summary>
    public JsonSpliceCursor Read() => new(this);

    /// <summary>Copies the result; the destination must have room for <see cref="Length"/> bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        var cursor = Read();
        while (cursor.TryNext(out var piece))
        {
            piece.Span.CopyTo(destination);
            destination = destination[piece.Length..];
        }
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        CopyTo(writer.GetSpan(Length));
        writer.Advance(Length);
    }

    public byte[] ToArray()
    {
        var result = new byte[Length];
        CopyTo(result);
        return result;
    }

    private void Add(JsonEdit edit)
    {
        var index = EditCount;
        while (index > 0 && Comes(edit, _edits[index - 1]))
            index--;
        if ((index > 0 && _edits[index - 1].End > edit.Start) || (index < EditCount && _edits[index].Start < edit.End))
            throw new InvalidOperationException("Two edits of one document overlap.");
        if (EditCount == _edits.Length)
            Array.Resize(ref _edits, Math.Max(4, _edits.Length * 2));
        Array.Copy(_edits, index, _edits, index + 1, EditCount - index);
        _edits[index] = edit;
        EditCount++;
        Length = checked(Length + edit.Text.Length - (edit.End - edit.Start));
    }

    /// <summary>Whether the edit belongs before another: by offset; at one offset insertions come before the span that is replaced.</summary>
    private static bool Comes(in JsonEdit edit, in JsonEdit before) =>
        edit.Start < before.Start || (edit.Start == before.Start && edit.End == edit.Start && before.End > before.Start);
}
