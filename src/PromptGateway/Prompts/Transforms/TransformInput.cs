using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>One part of a prompt as the transforms before left it.</summary>
internal readonly ref struct TransformInput
{
    public required ReadOnlySpan<byte> Text { get; init; }

    public required PromptSegment Segment { get; init; }

    /// <summary>How often the model has spoken in the whole prompt.</summary>
    public required int Steps { get; init; }

    /// <summary>The texts of the tool results before this one, as they go upstream.</summary>
    public required ShownResults Earlier { get; init; }
}
