using PromptGateway.Json;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Map;

/// <summary>Reads the outermost object of a request into a <see cref="PromptMap"/>.</summary>
internal static class PromptReader
{
    public static bool TryRead(ref JsonCursor cursor, PromptMap map, RequestFormat format)
    {
        if (format > RequestFormat.Messages || !JsonWalk.TryOpen(ref cursor, '{'))
            return false;
        map.FirstMember = cursor.Position;
        var first = true;
        while (JsonWalk.TryNextMember(ref cursor, ref first, out var name))
            if (!TryMember(ref cursor, map, format, name))
                return false;
        return cursor.Error == JsonScanError.None && cursor.Peek() == JsonCursor.End;
    }

    private static bool TryMember(ref JsonCursor cursor, PromptMap map, RequestFormat format, scoped ReadOnlySpan<byte> name)
    {
        var start = cursor.Position;
        if (name.SequenceEqual("tools"u8))
            return TryTools(ref cursor, map) && Note(map.Tools = new ByteRange(start, cursor.Position));
        if (name.SequenceEqual("model"u8))
            return ContentReader.TryName(ref cursor, out var model) && Note(map.Model = model);
        if (name.SequenceEqual("prompt_cache_key"u8))
            return ContentReader.TryName(ref cursor, out var key) && Note(map.CacheKey = key);
        switch (format)
        {
            case RequestFormat.Responses when name.SequenceEqual("input"u8):
            case RequestFormat.ChatCompletions or RequestFormat.Messages when name.SequenceEqual("messages"u8):
                return map.Conversation.IsAbsent
                    && TryItems(ref cursor, map, format)
                    && Note(map.Conversation = new ByteRange(start, cursor.Position));
            case RequestFormat.Responses when name.SequenceEqual("instructions"u8):
            case RequestFormat.Messages when name.SequenceEqual("system"u8):
                return ContentReader.TryRead(ref cursor, map, -1, 0)
                    && Settle(map, SegmentKind.System)
                    && Note(map.System = new ByteRange(start, cursor.Position));
            default:
                return JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth);
        }
    }

    private static bool Note(ByteRange _) => true;

    private static bool Settle(PromptMap map, SegmentKind kind)
    {
        ContentReader.Resolve(map.From(0), kind);
        return true;
    }

    private static bool TryTools(ref JsonCursor cursor, PromptMap map)
    {
        if (cursor.Peek() != '[')
            return JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth);
        cursor.Position++;
        var first = true;
        while (JsonWalk.TryNextElement(ref cursor, ref first))
            if (!ContentReader.TryWhole(ref cursor, map, SegmentKind.ToolDefinition, -1))
                return false;
        return cursor.Error == JsonScanError.None;
    }

    private static bool TryItems(ref JsonCursor cursor, PromptMap map, RequestFormat format)
    {
        var found = cursor.Peek();
        if (found == '"')
            return ContentReader.TryRead(ref cursor, map, 0, 0) && Settle(map, SegmentKind.User);
        if (found != '[')
            return JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth);
        cursor.Position++;
        var reader = new ItemReader(map, format);
        var first = true;
        while (JsonWalk.TryNextElement(ref cursor, ref first))
            if (!reader.TryRead(ref cursor))
                return false;
        return cursor.Error == JsonScanError.None;
    }
}
