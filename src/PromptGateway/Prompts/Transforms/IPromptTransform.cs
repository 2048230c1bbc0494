using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// Proposes another text for one part of a prompt. What it proposes depends only on that part and the parts before it, never on time or
/// chance, and proposing on its own result changes nothing. Thread-safe.
/// </summary>
internal interface IPromptTransform : ITransform
{
    /// <summary>Whether it may touch what a file-reading tool gave, which somebody may want to edit by its exact words.</summary>
    bool TouchesFiles => false;

    /// <summary>Whether the proposal depends on the text alone, not on the parts before it.</summary>
    bool IsLocal => false;

    /// <summary>Whether it is for parts of this kind; only tool results and documents are offered.</summary>
    bool Takes(SegmentKind kind) => kind == SegmentKind.ToolResult;

    /// <summary>Writes the new text into the empty output and gives null, or says in one word why it has none.</summary>
    string? Propose(in TransformInput input, TextBuffer output);

    /// <summary>Whether the new text keeps all that the class of this transform promises to keep. The scratch buffers are empty.</summary>
    bool Keeps(in TransformInput before, ReadOnlySpan<byte> after, TextBuffer scratch, TextBuffer other);
}
