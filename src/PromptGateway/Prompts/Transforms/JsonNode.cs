namespace PromptGateway.Prompts.Transforms;

/// <summary>One value or name on a <see cref="JsonTape"/>.</summary>
internal struct JsonNode
{
    public int Start;
    public int End;

    /// <summary>The index behind this value and all that it holds.</summary>
    public int Next;

    /// <summary>The value's first byte.</summary>
    public byte Kind;
}
