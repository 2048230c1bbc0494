namespace PromptGateway.Prompts.Map;

/// <summary>What was seen of one content block so far.</summary>
internal struct BlockFacts
{
    public int Message;
    public int FirstSegment;
    public ByteRange Type;
    public int Texts;
    public int Contents;
    public int Documents;

    /// <summary>Whether the answer is to cite the document by the positions of its characters.</summary>
    public bool IsCited;
    public int CallStart;
    public int CallEnd;
}
