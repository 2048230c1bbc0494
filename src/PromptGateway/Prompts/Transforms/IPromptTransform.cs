using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>
/// Proposes another text for one part of a prompt. What it proposes depends only on that part and the parts before it, never on time or
/// chance, and proposing on its own result changes nothing. Thread-safe.
/// </summary>
internal interface IPromptTransform
{
    /// <summary>As configured and reported, in lower case with hyphens.</summary>
    string Name { get; }

    TransformClass Class { get; }

    /// <summary>Writes the new text into the empty output and gives null, or says in one word why it has none.</summary>
    string? Propose(in TransformInput input, TextBuffer output);

    /// <summary>Whether the new text keeps all that the class of this transform promises to keep. The scratch buffers are empty.</summary>
    bool Keeps(in TransformInput before, ReadOnlySpan<byte> after, TextBuffer scratch, TextBuffer other);
}
