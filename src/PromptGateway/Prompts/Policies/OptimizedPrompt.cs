using PromptGateway.Json;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Policies;

/// <summary>
/// The result of a policy: edits over the body that was given, which must outlive it, and what each transform did. The texts of the edits
/// live in a pooled buffer until this is disposed.
/// </summary>
internal sealed class OptimizedPrompt(ReadOnlyMemory<byte> body, IReadOnlyList<TransformReport> transforms, TextBuffer? texts) : IDisposable
{
    /// <summary>The new body; the old one when nothing was gained.</summary>
    public JsonSplice Body { get; } = new(body);

    public IReadOnlyList<TransformReport> Transforms { get; } = transforms;

    public int BytesSaved => Body.Source.Length - Body.Length;

    /// <summary>Why the whole prompt was left alone; null when its parts were looked at.</summary>
    public string? SkippedBecause { get; init; }

    /// <summary>Whether the time budget ended before the last part was looked at.</summary>
    public bool RanOutOfTime { get; init; }

    public void Dispose() => texts?.Dispose();
}
