using PromptGateway.Json;
using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Policies;

/// <summary>
/// The result of a policy: edits over the body that was given, which must outlive it, and what each transform did. The texts of the edits
/// live in a pooled buffer until this is disposed.
/// </summary>
internal sealed class OptimizedPrompt(ReadOnlyMemory<byte> body, IReadOnlyList<TransformReport> transforms, TextBuffer? texts) : IDisposable
{
    private TextBuffer? _whole;

    /// <summary>The new body; the old one when nothing was gained.</summary>
    public JsonSplice Body { get; } = new(body);

    public IReadOnlyList<TransformReport> Transforms { get; } = transforms;

    /// <summary>The new body in one piece, put together at the first call; valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            if (Body.IsUnchanged)
                return Body.Source;
            if (_whole is null)
            {
                _whole = new TextBuffer();
                Body.CopyTo(_whole.Reserve(Body.Length));
                _whole.Advance(Body.Length);
            }
            return _whole.Memory;
        }
    }

    public int BytesSaved => Body.Source.Length - Body.Length;

    /// <summary>Why the whole prompt was left alone; null when its parts were looked at.</summary>
    public string? SkippedBecause { get; init; }

    /// <summary>Whether the time budget ended before the last part was looked at.</summary>
    public bool RanOutOfTime { get; init; }

    public void Dispose()
    {
        texts?.Dispose();
        _whole?.Dispose();
    }
}
