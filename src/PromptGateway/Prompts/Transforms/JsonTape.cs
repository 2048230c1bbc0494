using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PromptGateway.Json;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// The values of a JSON text in order, as offsets: an object is followed by its names and values in turn, an array by its elements. Rent
/// one, parse, dispose; not thread-safe.
/// </summary>
internal sealed class JsonTape : IDisposable
{
    public const int MaxDepth = 48;

    [ThreadStatic]
    private static JsonTape? _cached;

    private JsonNode[] _nodes = new JsonNode[256];

    public int Count { get; private set; }

    public ref readonly JsonNode this[int index] => ref _nodes[index];

    public static JsonTape Rent()
    {
        var tape = _cached ?? new JsonTape();
        _cached = null;
        tape.Count = 0;
        return tape;
    }

    public void Dispose() => _cached = this;

    /// <summary>Parses the objects and arrays that the text consists of; false when it consists of anything else, or is nested too deeply.</summary>
    public bool TryParse(ReadOnlySpan<byte> text)
    {
        Count = 0;
        var cursor = new JsonCursor(text, 0);
        while (cursor.Peek() is '{' or '[')
            if (!TryValue(ref cursor, 0))
                return false;
        return Count > 0 && cursor.Peek() == JsonCursor.End;
    }

    private bool TryValue(ref JsonCursor cursor, int depth)
    {
        var kind = cursor.Peek();
        var index = Count;
        var start = cursor.Position;
        if (depth == MaxDepth || kind == JsonCursor.End)
            return false;
        Add(start, (byte)kind);
        var valid = kind switch
        {
            '{' => TryObject(ref cursor, depth),
            '[' => TryArray(ref cursor, depth),
            _ => JsonValueScan.TrySkip(ref cursor, 1),
        };
        Close(index, cursor.Position);
        return valid;
    }

    private bool TryObject(ref JsonCursor cursor, int depth)
    {
        cursor.Position++;
        var first = true;
        while (JsonWalk.TryNextMember(ref cursor, ref first, out var name))
        {
            // Not Overlaps: it does not find names of no length.
            var offset = (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(cursor.Utf8), ref MemoryMarshal.GetReference(name));
            var index = Count;
            Add(offset - 1, (byte)'"');
            Close(index, offset + name.Length + 1);
            if (!TryValue(ref cursor, depth + 1))
                return false;
        }
        return cursor.Error == JsonScanError.None;
    }

    private bool TryArray(ref JsonCursor cursor, int depth)
    {
        cursor.Position++;
        var first = true;
        while (JsonWalk.TryNextElement(ref cursor, ref first))
            if (!TryValue(ref cursor, depth + 1))
                return false;
        return cursor.Error == JsonScanError.None;
    }

    private void Add(int start, byte kind)
    {
        if (Count == _nodes.Length)
            Array.Resize(ref _nodes, Count * 2);
        _nodes[Count++] = new JsonNode { Start = start, Kind = kind };
    }

    private void Close(int index, int end)
    {
        _nodes[index].End = end;
        _nodes[index].Next = Count;
    }
}
