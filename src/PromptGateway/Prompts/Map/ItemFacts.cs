namespace PromptGateway.Prompts.Map;

/// <summary>What was seen of one element of <c>messages</c> or <c>input</c> so far.</summary>
internal struct ItemFacts
{
    public int Message;
    public int FirstSegment;
    public ByteRange Role;
    public ByteRange Type;
    public int CallStart;
    public int CallEnd;
}
