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
    private PromptMessage[] _messages = new PromptMessage[32];
    private int _messageCount;
    private bool _returned;

    /// <summary>The parts in the order of the body.</summary>
    public ReadOnlySpan<PromptSegment> Segments => _segments.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <summary>The elements of <c>messages</c> or <c>input</c>; empty when that is a string.</summary>
    public ReadOnlySpan<PromptMessage> Messages => _messages.AsSpan(0, _messageCount);

    /// <summary>How many times the model has spoken so far.</summary>
    public int Steps { get; set; }

    /// <summary>The value of <c>model</c> without quotes; absent when there is none.</summary>
    public ByteRange Model { get; set; }

    /// <summary>The value of <c>system</c> or <c>instructions</c>; absent when there is none.</summary>
    public ByteRange System { get; set; }

    /// <summary>The array of tool definitions; absent when there is none.</summary>
    public ByteRange Tools { get; set; }

    /// <summary>The value of <c>messages</c> or <c>input</c>.</summary>
    public ByteRange Conversation { get; set; }

    /// <summary>The value of <c>prompt_cache_key</c>; absent when there is none.</summary>
    public ByteRange CacheKey { get; set; }

    /// <summary>Behind the opening brace of the body, where a member can be put in: the body has others.</summary>
    public int FirstMember { get; set; }

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
        Count = _messageCount = Steps = FirstMember = 0;
        Model = System = Tools = Conversation = CacheKey = default;
        var cursor = new JsonCursor(body, 0);
        if (PromptReader.TryRead(ref cursor, this, format))
            return true;
        Count = _messageCount = 0;
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

    public void AddMessage(in PromptMessage message)
    {
        if (_messageCount == _messages.Length)
            Array.Resize(ref _messages, _messageCount * 2);
        _messages[_messageCount++] = message;
    }

    public void Truncate(int count) => Count = count;

    /// <summary>The parts from an index on, while they are being read.</summary>
    public Span<PromptSegment> From(int index) => _segments.AsSpan(index, Count - index);
}
