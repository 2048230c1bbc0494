namespace PromptGateway.Keys;

/// <summary>What a store holds that a reader does not know yet; one consistent view.</summary>
/// <param name="Version">The version that the reader has seen after this.</param>
/// <param name="Changed">Keys that were inserted or changed since the version asked for.</param>
/// <param name="Ids">The ids of all keys in the store; a known key that is not among them was deleted.</param>
internal sealed record KeyChanges(long Version, IReadOnlyList<ApiKey> Changed, IReadOnlySet<string> Ids);
