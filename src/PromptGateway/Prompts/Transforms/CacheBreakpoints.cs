using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// Anthropic's <c>cache_control</c> breakpoints: at most four, those of the client included; none on thinking or empty text; none where the
/// prefix is shorter than the model caches. The one at the end of the history finds what the request before wrote as long as it lies within
/// 20 blocks; when a step has more, the end of the request before gets one too.
/// </summary>
internal static class CacheBreakpoints
{
    private const int Most = 4;
    private const int LookBack = 20;

    /// <summary>So many bytes of a prompt are hardly less than a token.</summary>
    private const int BytesPerToken = 4;

    private static ReadOnlySpan<byte> Member => "\"cache_control\""u8;

    private static ReadOnlySpan<byte> Hint => ",\"cache_control\":{\"type\":\"ephemeral\"}"u8;

    public static string? Edit(PromptDraft draft)
    {
        var map = draft.Map;
        if (draft.Target.CachedPrice >= 1)
            return SkipReason.NotThisTarget;
        var inPrefix = Count(draft, map.Tools) + Count(draft, map.System);
        if (Count(draft, new ByteRange(0, draft.Body.Length)) > inPrefix)
            return SkipReason.HasHints;
        if (!GoesOn(map))
            return SkipReason.NoReuse;
        var model = draft.Target.Model is { } name ? System.Text.Encoding.UTF8.GetBytes(name) : Name(draft);
        var smallest = CacheMinimum.Of(model) * BytesPerToken;
        var left = Most - inPrefix;
        var marked = 0;
        if (inPrefix == 0 && left > 0 && Size(draft, map.Tools) + Size(draft, map.System) >= smallest)
            marked += MarkPrefix(draft) ? 1 : 0;
        if (left > marked && draft.LengthBefore(map.Conversation.End) >= smallest)
            marked += MarkHistory(draft, left - marked);
        return marked > 0 ? null : SkipReason.TooShort;
    }

    /// <summary>Whether the prompt's beginning is likely to be sent again: it was before, or the model is at work with tools.</summary>
    private static bool GoesOn(PromptMap map) =>
        map.Steps >= 2 || (map.Steps == 1 && map.Messages.Length > 0 && map.Messages[^1].Kind == SegmentKind.ToolResult);

    private static int Size(PromptDraft draft, ByteRange range) => draft.LengthBefore(range.End) - draft.LengthBefore(range.Start);

    private static int Count(PromptDraft draft, ByteRange range)
    {
        var text = draft.Body[range.Start..range.End];
        var count = 0;
        for (var at = text.IndexOf(Member); at >= 0; at = text.IndexOf(Member))
        {
            count++;
            text = text[(at + Member.Length)..];
        }
        return count;
    }

    private static byte[] Name(PromptDraft draft) =>
        draft.Map.Model.Start > 0 ? draft.Body[draft.Map.Model.Start..draft.Map.Model.End].ToArray() : [];

    /// <summary>Marks the last block of the system text, or the last tool when there is none.</summary>
    private static bool MarkPrefix(PromptDraft draft)
    {
        var segments = draft.Map.Segments;
        var kind = draft.Map.System.IsAbsent ? SegmentKind.ToolDefinition : SegmentKind.System;
        for (var index = segments.Length - 1; index >= 0; index--)
            if (segments[index].Message < 0 && segments[index].Kind == kind)
                return TryMark(draft, segments[index]);
        return false;
    }

    private static int MarkHistory(PromptDraft draft, int most)
    {
        var segments = draft.Map.Segments;
        var messages = draft.Map.Messages;
        var marked = 0;
        var (blocks, lastBlock) = (0, -1);
        for (var index = messages[^1].SegmentEnd - 1; index >= messages[0].FirstSegment && marked < most; index--)
        {
            ref readonly var segment = ref segments[index];
            if (draft.IsRemoved(segment.Message))
                break;
            if (segment.BlockEnd != lastBlock || lastBlock == 0)
                blocks++;
            lastBlock = segment.BlockEnd;
            var endsRequest = segment.Message + 1 < messages.Length && messages[segment.Message + 1].OpensStep;
            if (marked == 0)
                marked += TryMark(draft, segment) ? 1 : 0;
            else if (endsRequest && blocks > LookBack)
                return marked + (TryMark(draft, segment) ? 1 : 0);
            else if (endsRequest)
                break;
        }
        return marked;
    }

    private static bool TryMark(PromptDraft draft, in PromptSegment segment)
    {
        if (segment.Kind == SegmentKind.Unknown || segment.Length <= 2)
            return false;
        if (segment.Kind == SegmentKind.ToolDefinition || segment.BlockEnd > 0)
        {
            draft.Insert((segment.BlockEnd > 0 ? segment.BlockEnd : segment.End) - 1, Hint);
            return true;
        }
        if (!segment.IsText)
            return false;
        draft.Insert(segment.Start, "[{\"type\":\"text\",\"text\":"u8);
        draft.Insert(segment.End, [.. Hint, .. "}]"u8]);
        return true;
    }
}
