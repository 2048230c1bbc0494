using System.Text;
using PromptGateway.Prompts.Map;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// <c>system-prompt</c>: the operator's own instructions before or behind those of the client. It makes prompts longer: it is no saving but
/// a policy. Written once: a prompt that has the text already stays as it is.
/// </summary>
internal sealed class SystemPromptTransform : IPromptEdit
{
    private readonly byte[] _text;
    private readonly bool _append;

    /// <param name="text">The instructions.</param>
    /// <param name="append">Whether they come behind the client's.</param>
    /// <param name="version">Shown in reports behind the transform's name, as in <c>system-prompt@3</c>.</param>
    public SystemPromptTransform(string text, bool append = false, string? version = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        using var literal = new TextBuffer();
        SegmentText.Encode(Encoding.UTF8.GetBytes(text.Trim()), literal);
        _text = literal.Text[1..^1].ToArray();
        _append = append;
        Name = version is null ? "system-prompt" : $"system-prompt@{version}";
    }

    public string Name { get; }

    public TransformClass Class => TransformClass.Policy;

    public bool BeforeTexts => true;

    public string? Edit(PromptDraft draft) =>
        draft.Format == RequestFormat.ChatCompletions ? EditMessages(draft) : EditMember(draft, draft.Format == RequestFormat.Messages);

    private string? EditMessages(PromptDraft draft)
    {
        var messages = draft.Map.Messages;
        if (messages.IsEmpty)
            return SkipReason.NothingToDo;
        var leading = 0;
        while (leading < messages.Length && HistoryWindow.IsInstruction(messages[leading].Kind))
            leading++;
        if (leading == 0)
        {
            draft.Insert(messages[0].Start, [.. "{\"role\":\"system\",\"content\":\""u8, .. _text, .. "\"},"u8]);
            return null;
        }
        var segments = draft.Map.Segments[messages[0].FirstSegment..messages[leading - 1].SegmentEnd];
        return segments.IsEmpty ? SkipReason.NothingToDo : Extend(draft, _append ? segments[^1] : segments[0]);
    }

    private string? EditMember(PromptDraft draft, bool isMessages)
    {
        if (draft.Map.System.IsAbsent)
        {
            var name = isMessages ? "\"system\":\""u8 : "\"instructions\":\""u8;
            draft.Insert(draft.Map.FirstMember, [.. name, .. _text, .. "\","u8]);
            return null;
        }
        foreach (ref readonly var segment in draft.Map.Segments)
            if (segment.Start >= draft.Map.System.Start && segment.End <= draft.Map.System.End)
                if (!_append || IsLast(draft, segment))
                    return Extend(draft, segment);
        return SkipReason.NothingToDo;
    }

    private static bool IsLast(PromptDraft draft, in PromptSegment segment)
    {
        foreach (ref readonly var other in draft.Map.Segments)
            if (other.Start > segment.Start && other.End <= draft.Map.System.End)
                return false;
        return true;
    }

    private string? Extend(PromptDraft draft, in PromptSegment segment)
    {
        if (!segment.IsText)
            return SkipReason.NothingToDo;
        var text = draft.Body[(segment.Start + 1)..(segment.End - 1)];
        if (_append ? text.EndsWith(_text) : text.StartsWith(_text))
            return SkipReason.AlreadyThere;
        if (text.IsEmpty)
            draft.Insert(segment.Start + 1, _text);
        else if (_append)
            draft.Insert(segment.End - 1, [.. "\\n\\n"u8, .. _text]);
        else
            draft.Insert(segment.Start + 1, [.. _text, .. "\\n\\n"u8]);
        return null;
    }
}
