using PromptGateway.Json;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Map;

/// <summary>
/// Where the parts of a prompt are in the bytes of a request, the same for chat, responses and messages. Holds offsets only. Rent one,
/// read into it, dispose it; not thread-safe.
/// </summary>
internal sealed class PromptMap : IDisposable
{
    [ThreadStatic]
    private static PromptMap? _cached;

    private PromptSegment[] _segments = new PromptSegment[32];
    private bool _returned;

    /// <summary>The parts in the order of the body.</summary>
    public ReadOnlySpan<PromptSegment> Segments => _segments.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <summary>How many times the model has spoken so far.</summary>
    public int Steps { get; set; }

    public static PromptMap Rent()
    {
        var map = _cached ?? new PromptMap();
        _cached = null;
        map._returned = false;
        return map;
    }

    /// <summary>Maps a body. False when it is not valid JSON, has another shape, or its format carries no conversation.</summary>
    public bool TryRead(ReadOnlySpan<byte> body, RequestFormat format)
    {
        Count = 0;
        Steps = 0;
        var cursor = new JsonCursor(body, 0);
        if (PromptReader.TryRead(ref cursor, this, format))
            return true;
        Count = 0;
        return false;
    }

    public void Dispose()
    {
        if (_returned)
            return;
        _returned = true;
        _cached = this;
    }

    public void Add(in PromptSegment segment)
    {
        if (Count == _segments.Length)
            Array.Resize(ref _segments, Count * 2);
        _segments[Count++] = segment;
    }

    public void Truncate(int count) => Count = count;

    /// <summary>The parts from an index on, while they are being read.</summary>
    public Span<PromptSegment> From(int index) => _segments.AsSpan(index, Count - index);
}
