using PromptGateway.Json;

namespace PromptGateway.Prompts.Map;

/// <summary>Reads one content block or part. A type that is not known becomes one part that nobody touches.</summary>
internal static class BlockReader
{
    public static bool TryRead(ref JsonCursor cursor, PromptMap map, int message, int depth)
    {
        if (cursor.Peek() != '{')
            return ContentReader.TryWhole(ref cursor, map, SegmentKind.Unknown, message);
        var block = new BlockFacts { Message = message, FirstSegment = map.Count };
        var start = cursor.Position++;
        var first = true;
        while (JsonWalk.TryNextMember(ref cursor, ref first, out var name))
            if (!TryMember(ref cursor, map, name, depth, ref block))
                return false;
        if (cursor.Error != JsonScanError.None)
            return false;
        Settle(cursor.Utf8, map, block, start, cursor.Position);
        foreach (ref var segment in map.From(block.FirstSegment))
            segment.BlockEnd = cursor.Position;
        return true;
    }

    private static bool TryMember(ref JsonCursor cursor, PromptMap map, scoped ReadOnlySpan<byte> name, int depth, ref BlockFacts block)
    {
        if (name.SequenceEqual("type"u8))
            return ContentReader.TryName(ref cursor, out block.Type);
        if (name.SequenceEqual("text"u8))
        {
            block.Texts++;
            return ContentReader.TryText(ref cursor, map, ContentReader.Pending, block.Message);
        }
        if (name.SequenceEqual("content"u8))
        {
            block.Contents++;
            return ContentReader.TryRead(ref cursor, map, block.Message, depth);
        }
        if (name.SequenceEqual("source"u8) && cursor.Peek() == '{')
            return TrySource(ref cursor, map, ref block);
        if (name.SequenceEqual("tool_use_id"u8))
        {
            block.CallStart = cursor.Position;
            var skipped = JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth);
            block.CallEnd = cursor.Position;
            return skipped;
        }
        if (name.SequenceEqual("citations"u8))
        {
            var start = cursor.Position;
            var read = JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth);
            block.IsCited = read && cursor.Utf8[start..cursor.Position].IndexOf("true"u8) >= 0;
            return read;
        }
        return JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth);
    }

    /// <summary>The source of a document: its text when it is given as text.</summary>
    private static bool TrySource(ref JsonCursor cursor, PromptMap map, ref BlockFacts block)
    {
        var isText = false;
        var kept = map.Count;
        var first = true;
        cursor.Position++;
        while (JsonWalk.TryNextMember(ref cursor, ref first, out var name))
        {
            if (name.SequenceEqual("type"u8))
            {
                if (!ContentReader.TryName(ref cursor, out var type))
                    return false;
                isText = type.Says(cursor.Utf8, "text"u8);
            }
            else if (name.SequenceEqual("data"u8))
            {
                if (!ContentReader.TryText(ref cursor, map, SegmentKind.Document, block.Message))
                    return false;
            }
            else if (!JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth))
                return false;
        }
        block.Documents = isText && map.Count == kept + 1 ? 1 : 0;
        if (block.Documents == 0)
            map.Truncate(kept);
        return cursor.Error == JsonScanError.None;
    }

    private static void Settle(ReadOnlySpan<byte> body, PromptMap map, in BlockFacts block, int start, int end)
    {
        var type = block.Type;
        if (IsText(body, type) && block is { Texts: 1, Contents: 0, Documents: 0 })
            return;
        if (type.Says(body, "tool_result"u8) && block is { Texts: 0, Contents: <= 1, Documents: 0 })
        {
            var results = map.From(block.FirstSegment);
            ContentReader.Resolve(results, SegmentKind.ToolResult);
            foreach (ref var result in results)
                (result.CallStart, result.CallEnd) = (block.CallStart, block.CallEnd);
            return;
        }
        if (type.Says(body, "document"u8) && block is { Texts: 0, Contents: 0, Documents: 1, IsCited: false })
            return;
        map.Truncate(block.FirstSegment);
        map.Add(
            new PromptSegment
            {
                Kind = OfType(body, type),
                Message = block.Message,
                Start = start,
                End = end,
            }
        );
    }

    private static bool IsText(ReadOnlySpan<byte> body, ByteRange type) =>
        type.Says(body, "text"u8) || type.Says(body, "input_text"u8) || type.Says(body, "output_text"u8);

    private static SegmentKind OfType(ReadOnlySpan<byte> body, ByteRange type) =>
        type switch
        {
            _ when type.Says(body, "image"u8) || type.Says(body, "image_url"u8) || type.Says(body, "input_image"u8) => SegmentKind.Image,
            _ when type.Says(body, "document"u8) || type.Says(body, "file"u8) || type.Says(body, "input_file"u8) => SegmentKind.Document,
            _ when type.Says(body, "tool_use"u8) => SegmentKind.ToolCall,
            _ => SegmentKind.Unknown,
        };
}
