using PromptGateway.Json;

namespace PromptGateway.Prompts.Map;

/// <summary>Reads the content of a message or of a tool result: a string, or an array of blocks.</summary>
internal static class ContentReader
{
    /// <summary>Text whose kind the message around it decides.</summary>
    public const SegmentKind Pending = (SegmentKind)byte.MaxValue;

    /// <summary>Tool results hold blocks, those hold none: what is deeper is no shape that any API has.</summary>
    private const int DeepestBlock = 2;

    public static bool TryRead(ref JsonCursor cursor, PromptMap map, int message, int depth)
    {
        switch (cursor.Peek())
        {
            case '"':
                return TryText(ref cursor, map, Pending, message);
            case '[' when depth < DeepestBlock:
                return TryBlocks(ref cursor, map, message, depth);
            case 'n':
                return JsonValueScan.TrySkip(ref cursor, 1);
            default:
                return TryWhole(ref cursor, map, SegmentKind.Unknown, message);
        }
    }

    /// <summary>One string literal as a part whose text can be read.</summary>
    public static bool TryText(ref JsonCursor cursor, PromptMap map, SegmentKind kind, int message)
    {
        if (!JsonWalk.TryString(ref cursor, out var start, out var hasEscapes))
            return cursor.Error == JsonScanError.None && TryWhole(ref cursor, map, SegmentKind.Unknown, message);
        map.Add(
            new PromptSegment
            {
                Kind = kind,
                Message = message,
                Start = start,
                End = cursor.Position,
                IsText = true,
                HasEscapes = hasEscapes,
            }
        );
        return true;
    }

    /// <summary>One value of any kind as a part that is left alone.</summary>
    public static bool TryWhole(ref JsonCursor cursor, PromptMap map, SegmentKind kind, int message)
    {
        cursor.Peek();
        var start = cursor.Position;
        if (!JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth))
            return false;
        map.Add(
            new PromptSegment
            {
                Kind = kind,
                Message = message,
                Start = start,
                End = cursor.Position,
            }
        );
        return true;
    }

    /// <summary>A short string such as a role; empty for a value of another kind.</summary>
    public static bool TryName(ref JsonCursor cursor, out ByteRange name)
    {
        if (JsonWalk.TryString(ref cursor, out var start, out _))
        {
            name = new ByteRange(start + 1, cursor.Position - 1);
            return true;
        }
        // Another kind must not read as "absent": it is no name that is known.
        name = ByteRange.NoName;
        return cursor.Error == JsonScanError.None && JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth);
    }

    /// <summary>Gives pending text its kind.</summary>
    public static void Resolve(Span<PromptSegment> segments, SegmentKind kind)
    {
        foreach (ref var segment in segments)
            if (segment.Kind == Pending)
                segment.Kind = kind;
    }

    private static bool TryBlocks(ref JsonCursor cursor, PromptMap map, int message, int depth)
    {
        cursor.Position++;
        var first = true;
        while (JsonWalk.TryNextElement(ref cursor, ref first))
            if (!BlockReader.TryRead(ref cursor, map, message, depth + 1))
                return false;
        return cursor.Error == JsonScanError.None;
    }
}
