using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>One part of a prompt as the transforms before left it.</summary>
internal readonly ref struct TransformInput
{
    public required ReadOnlySpan<byte> Text { get; init; }

    public required PromptSegment Segment { get; init; }

    /// <summary>The whole prompt as it came. Only what stands before the end of the part's message may be looked at.</summary>
    public required PromptDraft Draft { get; init; }

    /// <summary>The texts of the tool results before this one, as they go upstream.</summary>
    public required ShownResults Earlier { get; init; }
}
