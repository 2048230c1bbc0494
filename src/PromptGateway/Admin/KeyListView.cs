namespace PromptGateway.Admin;

/// <summary>A page of keys.</summary>
/// <param name="Keys">Declared keys first, then the oldest first.</param>
/// <param name="Total">How many keys match, on all pages.</param>
internal sealed record KeyListView(IReadOnlyList<KeyView> Keys, int Total);
