using System.Buffers;
using System.Text;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// Knows between which messages a prompt cannot be cut without parting a tool result from its call. Goes through the messages in their
/// order, each part once. Not thread-safe.
/// </summary>
internal sealed class ToolPairs : IDisposable
{
    private readonly PromptDraft _draft;
    private readonly bool[] _parts;
    private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);
    private readonly List<ByteRange> _ids = [];

    /// <summary>The last message with a result whose call is not there: it is parted by every cut before it.</summary>
    private int _orphan = -1;

    public ToolPairs(PromptDraft draft)
    {
        _draft = draft;
        var messages = draft.Map.Messages.Length;
        _parts = ArrayPool<bool>.Shared.Rent(messages + 1);
        Array.Clear(_parts, 0, messages + 1);
    }

    /// <summary>Takes the next message.</summary>
    public void Add(int message)
    {
        var (first, end) = (_draft.Map.Messages[message].FirstSegment, _draft.Map.Messages[message].SegmentEnd);
        foreach (ref readonly var segment in _draft.Map.Segments[first..end])
        {
            if (segment.Kind == SegmentKind.ToolCall)
                AddCalls(segment, message);
            else if (segment.CallEnd > 0)
                AddResult(segment, message);
        }
    }

    /// <summary>Whether a result that was added would stay without its call if this message were the first.</summary>
    public bool AreParted(int first) => first <= _orphan || _parts[first];

    public void Dispose() => ArrayPool<bool>.Shared.Return(_parts);

    private void AddCalls(in PromptSegment call, int message)
    {
        _ids.Clear();
        ToolCallLookup.ReadIds(_draft.Body, call, _ids);
        foreach (var id in _ids)
            _calls[IdOf(id.Start, id.End)] = message;
    }

    private void AddResult(in PromptSegment result, int message)
    {
        if (_calls.TryGetValue(IdOf(result.CallStart, result.CallEnd), out var call))
            _parts.AsSpan(call + 1, message - call).Fill(true);
        else
            _orphan = message;
    }

    private string IdOf(int start, int end) => Encoding.UTF8.GetString(_draft.Body[start..end].Trim(" \t\r\n"u8));
}
