using PromptGateway.Json;

namespace PromptGateway.Prompts.Map;

/// <summary>Finds the call that a tool result answers.</summary>
internal static class ToolCallLookup
{
    /// <summary>So many parts with calls are looked at, from the result backwards.</summary>
    private const int FarthestBack = 64;

    /// <summary>The name of the tool (without quotes) and its arguments as written; false when the call is not in the prompt.</summary>
    public static bool TryFind(ReadOnlySpan<byte> body, PromptMap map, in PromptSegment result, out ByteRange name, out ByteRange arguments)
    {
        (name, arguments) = (default, default);
        if (result.CallEnd == 0)
            return false;
        var id = body[result.CallStart..result.CallEnd];
        var segments = map.Segments;
        var left = FarthestBack;
        for (var index = IndexBefore(segments, result.Start); index >= 0 && left > 0; index--)
        {
            ref readonly var call = ref segments[index];
            if (call.Kind != SegmentKind.ToolCall)
                continue;
            left--;
            if (body[call.Start..call.End].IndexOf(id) >= 0 && TryRead(body, call, id, out name, out arguments))
                return true;
        }
        return false;
    }

    /// <summary>Adds the literals of the ids that the calls in a part have.</summary>
    public static void ReadIds(ReadOnlySpan<byte> body, in PromptSegment call, List<ByteRange> ids)
    {
        var cursor = new JsonCursor(body, call.Start);
        if (cursor.Peek() != '[')
        {
            ReadIds(ref cursor, ids);
            return;
        }
        cursor.Position++;
        var first = true;
        while (JsonWalk.TryNextElement(ref cursor, ref first) && cursor.Peek() == '{')
            ReadIds(ref cursor, ids);
    }

    private static void ReadIds(ref JsonCursor cursor, List<ByteRange> ids)
    {
        var first = true;
        cursor.Position++;
        while (JsonWalk.TryNextMember(ref cursor, ref first, out var member))
        {
            var isId = member.SequenceEqual("id"u8) || member.SequenceEqual("call_id"u8);
            cursor.Peek();
            var start = cursor.Position;
            if (!JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth))
                return;
            if (isId)
                ids.Add(new ByteRange(start, cursor.Position));
        }
    }

    private static int IndexBefore(ReadOnlySpan<PromptSegment> segments, int offset)
    {
        int low = 0,
            high = segments.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (segments[middle].Start < offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low - 1;
    }

    /// <summary>Reads a call, or the elements of an array of calls until one has the id.</summary>
    private static bool TryRead(
        ReadOnlySpan<byte> body,
        in PromptSegment call,
        ReadOnlySpan<byte> id,
        out ByteRange name,
        out ByteRange arguments
    )
    {
        (name, arguments) = (default, default);
        var cursor = new JsonCursor(body, call.Start);
        if (cursor.Peek() != '[')
            return TryObject(ref cursor, id, ref name, ref arguments);
        cursor.Position++;
        var first = true;
        while (JsonWalk.TryNextElement(ref cursor, ref first))
        {
            if (cursor.Peek() != '{')
                return false;
            (name, arguments) = (default, default);
            if (TryObject(ref cursor, id, ref name, ref arguments))
                return true;
        }
        return false;
    }

    /// <summary>Reads an object to its end; gives whether it has the id.</summary>
    private static bool TryObject(ref JsonCursor cursor, ReadOnlySpan<byte> id, ref ByteRange name, ref ByteRange arguments)
    {
        var found = id.IsEmpty;
        var first = true;
        cursor.Position++;
        while (JsonWalk.TryNextMember(ref cursor, ref first, out var member))
        {
            var start = cursor.Position;
            if (member.SequenceEqual("function"u8) && cursor.Peek() == '{')
            {
                TryObject(ref cursor, default, ref name, ref arguments);
                continue;
            }
            if (!JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth))
                return false;
            var value = new ByteRange(start, cursor.Position);
            if (member.SequenceEqual("name"u8))
                name = new ByteRange(value.Start + 1, value.End - 1);
            else if (member.SequenceEqual("arguments"u8) || member.SequenceEqual("input"u8))
                arguments = value;
            else if (!id.IsEmpty && (member.SequenceEqual("id"u8) || member.SequenceEqual("call_id"u8)))
                found |= cursor.Utf8[start..cursor.Position].SequenceEqual(id);
        }
        return found && cursor.Error == JsonScanError.None;
    }
}
