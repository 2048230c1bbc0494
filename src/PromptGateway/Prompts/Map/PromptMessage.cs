namespace PromptGateway.Prompts.Map;

/// <summary>One element of <c>messages</c> or <c>input</c> and where it lies in the body, in bytes; the end is exclusive.</summary>
internal readonly record struct PromptMessage
{
    /// <summary>Who speaks; a message that carries tool results and nothing else of the user is a <see cref="SegmentKind.ToolResult"/>.</summary>
    public SegmentKind Kind { get; init; }

    public int Start { get; init; }

    public int End { get; init; }

    /// <summary>How many times the model had spoken before it, or speaks in it.</summary>
    public int Step { get; init; }

    /// <summary>Whether the model had not spoken just before: a run of its messages starts here.</summary>
    public bool OpensStep { get; init; }

    /// <summary>Its first part, and the one behind its last, among the parts of the prompt.</summary>
    public int FirstSegment { get; init; }

    public int SegmentEnd { get; init; }
}
