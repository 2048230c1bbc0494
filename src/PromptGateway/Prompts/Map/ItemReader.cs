using System.Text.Json;
using PromptGateway.Json;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Map;

/// <summary>Reads the elements of <c>messages</c> or <c>input</c>, whose members come in any order: what they are is settled at their end.</summary>
internal struct ItemReader(PromptMap map, RequestFormat format)
{
    private int _message;
    private bool _modelSpoke;

    public bool TryRead(ref JsonCursor cursor)
    {
        var message = _message++;
        var isObject = JsonWalk.KindAt(ref cursor) == JsonValueKind.Object;
        var facts = new ItemFacts { Message = message, FirstSegment = map.Count };
        var start = cursor.Position;
        if (!isObject)
        {
            if (!ContentReader.TryWhole(ref cursor, map, SegmentKind.Unknown, message))
                return false;
            AddMessage(facts, SegmentKind.Unknown, start, cursor.Position, opens: false);
            return true;
        }
        cursor.Position++;
        var first = true;
        while (JsonWalk.TryNextMember(ref cursor, ref first, out var name))
            if (!TryMember(ref cursor, name, ref facts))
                return false;
        if (cursor.Error != JsonScanError.None)
            return false;
        Settle(facts, start, cursor);
        return true;
    }

    private readonly bool TryMember(ref JsonCursor cursor, scoped ReadOnlySpan<byte> name, ref ItemFacts facts)
    {
        if (name.SequenceEqual("role"u8))
            return ContentReader.TryName(ref cursor, out facts.Role);
        if (name.SequenceEqual("content"u8) || (format == RequestFormat.Responses && name.SequenceEqual("output"u8)))
            return ContentReader.TryRead(ref cursor, map, facts.Message, 0);
        if (name.SequenceEqual("type"u8) && format == RequestFormat.Responses)
            return ContentReader.TryName(ref cursor, out facts.Type);
        if (name.SequenceEqual("tool_calls"u8) && format == RequestFormat.ChatCompletions)
            return ContentReader.TryWhole(ref cursor, map, SegmentKind.ToolCall, facts.Message);
        if (name.SequenceEqual(format == RequestFormat.Responses ? "call_id"u8 : "tool_call_id"u8))
        {
            facts.CallStart = cursor.Position;
            var skipped = JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth);
            facts.CallEnd = cursor.Position;
            return skipped;
        }
        return JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth);
    }

    private void Settle(in ItemFacts facts, int start, in JsonCursor cursor)
    {
        var body = cursor.Utf8;
        var kind = facts.Type.IsAbsent || facts.Type.Says(body, "message"u8) ? OfRole(body, facts.Role) : OfType(body, facts.Type);
        var modelSpeaks = kind is SegmentKind.Assistant or SegmentKind.ToolCall || facts.Type.Says(body, "reasoning"u8);
        var opens = modelSpeaks && !_modelSpoke;
        if (opens)
            map.Steps++;
        _modelSpoke = modelSpeaks;
        if (kind is SegmentKind.Unknown || (kind is SegmentKind.ToolCall && !facts.Type.IsAbsent))
        {
            map.Truncate(facts.FirstSegment);
            map.Add(
                new PromptSegment
                {
                    Kind = kind,
                    Message = facts.Message,
                    Start = start,
                    End = cursor.Position,
                }
            );
        }
        var segments = map.From(facts.FirstSegment);
        ContentReader.Resolve(segments, kind);
        foreach (ref var segment in segments)
        {
            segment.Step = map.Steps;
            if (segment.Kind == SegmentKind.ToolResult && segment.CallEnd == 0)
                (segment.CallStart, segment.CallEnd) = (facts.CallStart, facts.CallEnd);
        }
        AddMessage(facts, kind == SegmentKind.User && OnlyResults(segments) ? SegmentKind.ToolResult : kind, start, cursor.Position, opens);
    }

    private readonly void AddMessage(in ItemFacts facts, SegmentKind kind, int start, int end, bool opens) =>
        map.AddMessage(
            new PromptMessage
            {
                Kind = kind,
                Start = start,
                End = end,
                Step = map.Steps,
                OpensStep = opens,
                FirstSegment = facts.FirstSegment,
                SegmentEnd = map.Count,
            }
        );

    /// <summary>Anthropic sends tool results as messages of the user.</summary>
    private static bool OnlyResults(ReadOnlySpan<PromptSegment> segments)
    {
        foreach (ref readonly var segment in segments)
            if (segment.CallEnd == 0)
                return false;
        return segments.Length > 0;
    }

    private static SegmentKind OfRole(ReadOnlySpan<byte> body, ByteRange role) =>
        role switch
        {
            _ when role.Says(body, "tool"u8) || role.Says(body, "function"u8) => SegmentKind.ToolResult,
            _ when role.Says(body, "assistant"u8) => SegmentKind.Assistant,
            _ when role.Says(body, "user"u8) => SegmentKind.User,
            _ when role.Says(body, "system"u8) => SegmentKind.System,
            _ when role.Says(body, "developer"u8) => SegmentKind.Developer,
            _ => SegmentKind.Unknown,
        };

    private static SegmentKind OfType(ReadOnlySpan<byte> body, ByteRange type) =>
        type switch
        {
            _ when type.Says(body, "function_call_output"u8) || type.Says(body, "custom_tool_call_output"u8) => SegmentKind.ToolResult,
            _ when type.Says(body, "function_call"u8) || type.Says(body, "custom_tool_call"u8) => SegmentKind.ToolCall,
            _ => SegmentKind.Unknown,
        };
}
