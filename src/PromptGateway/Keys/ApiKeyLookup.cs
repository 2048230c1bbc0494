namespace PromptGateway.Keys;

/// <summary>The answer to "whose secret is this?".</summary>
/// <param name="Status">Only <see cref="KeyStatus.Found"/> lets the request in.</param>
/// <param name="Caller">The key that the secret belongs to, also when it is revoked, expired or rotated (for the log); else null.</param>
internal readonly record struct ApiKeyLookup(KeyStatus Status, Caller? Caller);
