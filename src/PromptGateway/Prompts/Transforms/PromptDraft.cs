using PromptGateway.Json;
using PromptGateway.Prompts.Map;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Transforms;

/// <summary>A prompt while it is edited: the body, where its parts are, and the edits so far. Not thread-safe.</summary>
internal sealed class PromptDraft(ReadOnlyMemory<byte> body, PromptMap map, RequestFormat format, PromptTarget target)
{
    private readonly List<(int Start, int End, int Text, int TextEnd)> _edits = [];
    private readonly HashSet<int> _removed = [];

    public ReadOnlySpan<byte> Body => body.Span;

    public PromptMap Map => map;

    public RequestFormat Format => format;

    public PromptTarget Target => target;

    /// <summary>The texts of the edits. Whoever makes the result of a draft disposes it.</summary>
    public TextBuffer Texts { get; } = new();

    public int EditCount => _edits.Count;

    /// <summary>How much longer the edits make the body, in bytes; negative when they make it shorter.</summary>
    public int Growth { get; private set; }

    /// <summary>Puts what was appended to <see cref="Texts"/> from an offset on in the place of a stretch of the body.</summary>
    public void Replace(int start, int end, int text) => Replace(start, end, text, Texts.Length);

    /// <summary>Puts a stretch of <see cref="Texts"/> in the place of a stretch of the body.</summary>
    public void Replace(int start, int end, int text, int textEnd)
    {
        _edits.Add((start, end, text, textEnd));
        Growth += textEnd - text - (end - start);
    }

    public void Insert(int offset, ReadOnlySpan<byte> text)
    {
        var at = Texts.Length;
        Texts.Append(text);
        Replace(offset, offset, at);
    }

    /// <summary>Takes a message out, with the comma behind it: not the last one.</summary>
    public void Remove(int message)
    {
        _removed.Add(message);
        Replace(map.Messages[message].Start, map.Messages[message + 1].Start, Texts.Length);
    }

    public bool IsRemoved(int message) => _removed.Count > 0 && _removed.Contains(message);

    /// <summary>The literal that goes upstream for a part by the edits so far.</summary>
    public ReadOnlySpan<byte> CurrentValue(in PromptSegment segment)
    {
        foreach (var (start, end, text, textEnd) in _edits)
            if (start == segment.Start && end == segment.End)
                return Texts.Text[text..textEnd];
        return Body[segment.Start..segment.End];
    }

    /// <summary>Takes the last edits back.</summary>
    public void Undo(int editCount)
    {
        foreach (var (start, end, text, textEnd) in _edits.Skip(editCount))
            Growth -= textEnd - text - (end - start);
        _edits.RemoveRange(editCount, _edits.Count - editCount);
    }

    /// <summary>How long the new body is up to an offset of the old one.</summary>
    public int LengthBefore(int offset)
    {
        var length = offset;
        foreach (var (start, end, text, textEnd) in _edits)
            if (end <= offset)
                length += textEnd - text - (end - start);
        return length;
    }

    public void ApplyTo(JsonSplice splice)
    {
        foreach (var (start, end, text, textEnd) in _edits)
            splice.Replace(start, end - start, Texts.Memory[text..textEnd]);
    }
}
