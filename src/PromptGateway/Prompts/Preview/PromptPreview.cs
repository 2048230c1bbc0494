using PromptGateway.Prompts.Asking;
using PromptGateway.Tokens;

namespace PromptGateway.Prompts.Preview;

/// <summary>What a policy makes of a payload, with tokens counted by the tokenizer.</summary>
internal sealed record PromptPreview
{
    public required string Policy { get; init; }
    public required RequestFormat Format { get; init; }
    public required TokenEstimate Before { get; init; }
    public required TokenEstimate After { get; init; }
    public required IReadOnlyList<PreviewStep> Steps { get; init; }

    /// <summary>The optimized payload.</summary>
    public required byte[] Request { get; init; }

    /// <summary>The last prompt before and after a model rewrote it; null when none was asked.</summary>
    public RewrittenPrompt? Rewritten { get; init; }

    /// <summary>What makes the payload restorable byte for byte; null when it is without.</summary>
    public string? Restore { get; init; }

    /// <summary>May be negative.</summary>
    public int TokensSaved => Before.Tokens - After.Tokens;
}
