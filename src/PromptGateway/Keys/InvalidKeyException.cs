namespace PromptGateway.Keys;

/// <summary>The fields of a key are not acceptable; nothing was changed.</summary>
internal sealed class InvalidKeyException(KeyErrors errors) : Exception("The key is not valid: " + string.Join("; ", errors.Lines()))
{
    /// <summary>All faults, by field.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; } = errors.ByField();
}
