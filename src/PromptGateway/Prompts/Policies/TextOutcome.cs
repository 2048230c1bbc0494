using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Policies;

/// <summary>What became of one part of a prompt.</summary>
internal struct TextOutcome
{
    public PromptSegment Segment;

    /// <summary>Its new literal among the texts of the draft; nothing when it stays as it is.</summary>
    public int TextStart;
    public int TextEnd;

    /// <summary>Its number among the tool results, from 1; 0 for a document.</summary>
    public int Result;

    /// <summary>Bytes of its text before it was made a literal, as the transforms before masking left it.</summary>
    public int TextLength;

    public bool IsMasked;

    public readonly bool IsChanged => TextEnd > TextStart;

    /// <summary>Bytes of its literal in the new body, if it is not masked.</summary>
    public readonly int Length => IsChanged ? TextEnd - TextStart : Segment.Length;
}
