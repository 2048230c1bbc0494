using System.Text;
using System.Text.Json;
using PromptGateway.Prompts.Map;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Preview;

/// <summary>What differs between two versions of one prompt, part by part.</summary>
internal sealed class PromptDiff
{
    /// <summary>Changes that are shown; the others are only counted.</summary>
    public const int MostShown = 20;

    /// <summary>Bytes of an excerpt.</summary>
    public const int LongestExcerpt = 240;

    private readonly List<TextChange> _shown = [];

    public static PromptDiff None { get; } = new();

    public IReadOnlyList<TextChange> Shown => _shown;

    /// <summary>Changes beyond <see cref="MostShown"/>.</summary>
    public int LeftOut { get; private set; }

    public static PromptDiff Between(byte[] before, byte[] after, RequestFormat format)
    {
        var diff = new PromptDiff();
        using var old = PromptMap.Rent();
        using var now = PromptMap.Rent();
        if (!old.TryRead(before, format) || !now.TryRead(after, format) || old.Count != now.Count)
        {
            diff.Add(-1, "prompt", before, after);
            return diff;
        }
        for (var index = 0; index < old.Count; index++)
        {
            var (was, isNow) = (old.Segments[index], now.Segments[index]);
            if (!Raw(before, was).SequenceEqual(Raw(after, isNow)))
                diff.Add(was.Message, NameOf(was.Kind), Text(before, was), Text(after, isNow));
        }
        if (diff._shown.Count == 0)
            diff.Add(-1, "request", before, after);
        return diff;
    }

    private void Add(int message, string kind, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        if (_shown.Count == MostShown)
        {
            LeftOut++;
            return;
        }
        var start = before.CommonPrefixLength(after);
        while (start > 0 && start < before.Length && IsInsideCharacter(before[start]))
            start--;
        var end = CommonEnd(before[start..], after[start..]);
        before = before[start..^end];
        after = after[start..^end];
        _shown.Add(new TextChange(message, kind, start, Excerpt(before), Excerpt(after), before.Length, after.Length));
    }

    private static int CommonEnd(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var most = Math.Min(before.Length, after.Length);
        var end = 0;
        while (end < most && before[^(end + 1)] == after[^(end + 1)])
            end++;
        while (end > 0 && IsInsideCharacter(before[^end]))
            end--;
        return end;
    }

    private static string Excerpt(ReadOnlySpan<byte> text)
    {
        if (text.Length <= LongestExcerpt)
            return Encoding.UTF8.GetString(text);
        var length = LongestExcerpt;
        while (length > 0 && IsInsideCharacter(text[length]))
            length--;
        return Encoding.UTF8.GetString(text[..length]) + "...";
    }

    private static bool IsInsideCharacter(byte unit) => (unit & 0xC0) == 0x80;

    private static ReadOnlySpan<byte> Raw(byte[] body, in PromptSegment segment) => body.AsSpan(segment.Start, segment.Length);

    private static byte[] Text(byte[] body, in PromptSegment segment)
    {
        if (!segment.IsText)
            return Raw(body, segment).ToArray();
        using var text = new TextBuffer();
        SegmentText.Decode(body, segment, text);
        return text.Text.ToArray();
    }

    private static string NameOf(SegmentKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
