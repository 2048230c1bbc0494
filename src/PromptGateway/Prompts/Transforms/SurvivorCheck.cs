using PromptGateway.Prompts.Map;

namespace PromptGateway.Prompts.Transforms;

/// <summary>The last word on an edit: it must be shorter, valid UTF-8, and keep what its transform's class promises to keep.</summary>
internal sealed class SurvivorCheck : IDisposable
{
    private readonly TextBuffer _scratch = new();
    private readonly TextBuffer _other = new();

    public bool Holds(IPromptTransform transform, in TransformInput before, ReadOnlySpan<byte> after)
    {
        _scratch.Clear();
        _other.Clear();
        return after.Length < before.Text.Length
            && System.Text.Unicode.Utf8.IsValid(after)
            && transform.Keeps(before, after, _scratch, _other);
    }

    public void Dispose()
    {
        _scratch.Dispose();
        _other.Dispose();
    }
}
