using PromptGateway.Json;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// Puts tool definitions into the order of their names: some clients list them in another order each time, and the cache of everything
/// behind them is lost. Left alone when one has no name of its own, shares it with another, or carries a cache breakpoint.
/// </summary>
internal static class ToolOrder
{
    /// <summary>False when they are in order already, or nobody can say.</summary>
    public static bool Edit(PromptDraft draft)
    {
        if (draft.Map.Tools.IsAbsent)
            return false;
        var tools = new List<(ByteRange Tool, byte[] Name)>();
        foreach (ref readonly var segment in draft.Map.Segments)
        {
            if (segment.Kind != SegmentKind.ToolDefinition)
                continue;
            if (!TryName(draft.Body, segment, out var name))
                return false;
            tools.Add((new ByteRange(segment.Start, segment.End), draft.Body[name.Start..name.End].ToArray()));
        }
        var sorted = tools.ToList();
        sorted.Sort((left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        for (var index = 1; index < sorted.Count; index++)
            if (sorted[index].Name.AsSpan().SequenceEqual(sorted[index - 1].Name))
                return false;
        var changed = false;
        for (var index = 0; index < tools.Count; index++)
        {
            var (place, tool) = (tools[index].Tool, sorted[index].Tool);
            if (place == tool)
                continue;
            var start = draft.Texts.Length;
            draft.Texts.Append(draft.Body[tool.Start..tool.End]);
            draft.Replace(place.Start, place.End, start);
            changed = true;
        }
        return changed;
    }

    private static bool TryName(ReadOnlySpan<byte> body, in PromptSegment tool, out ByteRange name)
    {
        name = default;
        if (body[tool.Start] != '{' || body[tool.Start..tool.End].IndexOf("\"cache_control\""u8) >= 0)
            return false;
        var cursor = new JsonCursor(body, tool.Start + 1);
        return TryName(ref cursor, ref name);
    }

    private static bool TryName(ref JsonCursor cursor, ref ByteRange name)
    {
        var first = true;
        while (JsonWalk.TryNextMember(ref cursor, ref first, out var member))
        {
            if (member.SequenceEqual("name"u8) && cursor.Peek() == '"')
            {
                if (!name.IsAbsent || !ContentReader.TryName(ref cursor, out name))
                    return false;
            }
            else if (member.SequenceEqual("function"u8) && cursor.Peek() == '{')
            {
                cursor.Position++;
                if (!TryName(ref cursor, ref name))
                    return false;
            }
            else if (!JsonValueScan.TrySkip(ref cursor, JsonObjectScan.DefaultMaxDepth))
                return false;
        }
        return !name.IsAbsent;
    }
}
