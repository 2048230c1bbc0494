using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Transforms;

namespace PromptGateway.Tests.Prompts;

/// <summary>A transform with a fault: it throws at its work, or in the check of its work.</summary>
internal sealed class BrokenTransform(bool inCheck) : IPromptTransform
{
    public string Name => "broken";

    public TransformClass Class => TransformClass.Lossless;

    /// <summary>Already when it is asked which parts it is for.</summary>
    public bool ThrowsAtOnce { get; init; }

    public bool Takes(SegmentKind kind) =>
        ThrowsAtOnce ? throw new InvalidOperationException("A fault of the choice.") : kind == SegmentKind.ToolResult;

    public string? Propose(in TransformInput input, TextBuffer output)
    {
        output.Append("half"u8);
        return inCheck ? null : throw new InvalidOperationException("A fault of the transform.");
    }

    public bool Keeps(in TransformInput before, ReadOnlySpan<byte> after, TextBuffer scratch, TextBuffer other) =>
        throw new InvalidOperationException("A fault of the check.");
}
