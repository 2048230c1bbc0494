namespace PromptGateway.Prompts.Transforms;

/// <summary>One word of a form: how much of it is the same in all lines.</summary>
internal struct LogWord
{
    /// <summary>Bytes that all lines have at the word's start, and at its end.</summary>
    public int Prefix;
    public int Suffix;

    /// <summary>The shortest that the word is in any line.</summary>
    public int Shortest;
    public bool Varies;
}
