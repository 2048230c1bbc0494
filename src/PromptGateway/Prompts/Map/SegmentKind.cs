namespace PromptGateway.Prompts.Map;

/// <summary>What a part of a prompt is, in the same words for every request format.</summary>
internal enum SegmentKind : byte
{
    /// <summary>A role or block type that is not known here. Never touched.</summary>
    Unknown,
    System,
    Developer,
    User,
    Assistant,

    /// <summary>One element of <c>tools</c>.</summary>
    ToolDefinition,

    /// <summary>A call that the model made, or all calls of one assistant message.</summary>
    ToolCall,

    /// <summary>Text that a tool gave back.</summary>
    ToolResult,

    /// <summary>A document block; its text when that is plain text.</summary>
    Document,
    Image,
}
