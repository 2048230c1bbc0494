using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Policies;

/// <summary>
/// Keeps a prompt long enough for the provider's cache, which takes none below some length: parts stay as they are until the prompt up to
/// and with them, as it goes upstream, has that many tokens. So a prompt that would be cached is cached. Tokens are estimated.
/// <para>
/// Only where there are or can be several requests to cache for: the request declares tools, or the model has spoken before the part. Both
/// are the same in every later turn, and the rest of what decides about a part stands before it, so the beginning of a conversation stays
/// what it is.
/// </para>
/// </summary>
internal struct CacheFloor(int tokens)
{
    /// <summary>Percent: estimates err by some.</summary>
    private const int Margin = 115;

    /// <summary>Providers show declarations to the model in a form of their own, of at least a third of the tokens that the JSON has.</summary>
    private const int ToolsDivisor = 3;

    private TextTokenEstimate _sent;
    private TextTokenEstimate _tools;
    private bool _declaresTools;

    /// <summary>Whether parts may become shorter from here on without a thought.</summary>
    public bool IsReached { get; private set; } = tokens <= 0;

    /// <summary>Whether what is decided for parts from here on depends on the length of a part like this.</summary>
    public readonly bool Counts(in PromptSegment segment) => !IsReached && (segment.IsText || segment.Kind == SegmentKind.ToolDefinition);

    /// <summary>Adds a part that stays as it is, or that an edit before this put something else in the place of.</summary>
    public void Pass(PromptDraft draft, in PromptSegment segment)
    {
        if (!Counts(segment))
            return;
        if (segment.IsText)
            _sent.AddJsonString(draft.CurrentValue(segment).Trim((byte)'"'));
        else
            AddTool(draft.Body[segment.Start..segment.End]);
        IsReached = IsEnough(_sent);
    }

    /// <summary>Whether a part may be sent as this text; adds it then.</summary>
    public bool TryAdd(in PromptSegment segment, ReadOnlySpan<byte> text)
    {
        if (IsReached)
            return true;
        var sent = _sent;
        sent.Add(text);
        if (IsEnough(sent))
            IsReached = true;
        else if (MayBeCachedLater(segment))
            return false;
        _sent = sent;
        return true;
    }

    private readonly bool MayBeCachedLater(in PromptSegment segment) =>
        _declaresTools || segment.Kind == SegmentKind.ToolResult || segment.Step > 0;

    private void AddTool(ReadOnlySpan<byte> declaration)
    {
        _declaresTools = true;
        _tools.Add(declaration);
    }

    private readonly bool IsEnough(in TextTokenEstimate sent) =>
        ((long)sent.Tokens + (_tools.Tokens / ToolsDivisor)) * 100 >= (long)tokens * Margin;
}
