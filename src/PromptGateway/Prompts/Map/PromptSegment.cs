namespace PromptGateway.Prompts.Map;

/// <summary>One part of a prompt and where it lies in the body. Offsets count bytes from the start of the body; ends are exclusive.</summary>
internal record struct PromptSegment
{
    public SegmentKind Kind { get; set; }

    /// <summary>The position in <c>messages</c> or <c>input</c>, from 0; -1 outside of them.</summary>
    public int Message { get; init; }

    /// <summary>How many times the model had spoken before this part, or speaks in it: runs of assistant messages.</summary>
    public int Step { get; set; }

    /// <summary>Where the value starts: a string's opening quote, or the first byte of any other value.</summary>
    public int Start { get; init; }

    public int End { get; init; }

    /// <summary>Whether the value is a string literal whose text can be read and replaced.</summary>
    public bool IsText { get; init; }

    public bool HasEscapes { get; init; }

    /// <summary>The literal that names the call which a tool result answers; both 0 when there is none.</summary>
    public int CallStart { get; set; }

    public int CallEnd { get; set; }

    /// <summary>Behind the closing brace of the content block that it is or stands in, the outermost one; 0 when it stands in none.</summary>
    public int BlockEnd { get; set; }

    /// <summary>Whether no transform may touch it, policies that name the kind itself aside.</summary>
    public readonly bool IsProtected => !IsText || Kind != SegmentKind.ToolResult;

    /// <summary>Whether transforms may be offered its text.</summary>
    public readonly bool IsEditable => IsText && (Kind is SegmentKind.ToolResult or SegmentKind.Document);

    public readonly int Length => End - Start;
}
