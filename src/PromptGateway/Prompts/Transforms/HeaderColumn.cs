namespace PromptGateway.Prompts.Transforms;

/// <summary>One entry of a table's header, as offsets into the text.</summary>
internal readonly record struct HeaderColumn(int NameStart, int NameEnd, bool IsQuoted)
{
    public HeaderRole Role { get; init; }

    public int ValueStart { get; init; }

    public int ValueEnd { get; init; }
}
