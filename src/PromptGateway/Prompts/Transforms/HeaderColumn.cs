namespace PromptGateway.Prompts.Transforms;

/// <summary>One entry of a table's header, as offsets into the text.</summary>
internal readonly record struct HeaderColumn(int NameStart, int NameEnd, bool IsQuoted)
{
    public HeaderRole Role { get; init; }

    /// <summary>Of a constant, or of a string with a hole.</summary>
    public int ValueStart { get; init; }

    public int ValueEnd { get; init; }

    /// <summary>Where the hole is, as two bytes.</summary>
    public int Hole { get; init; }

    /// <summary>Whether an object may be null or missing.</summary>
    public bool IsOptional { get; init; }
}
