namespace PromptGateway.Keys;

/// <summary>The change does not fit the state of the key (declared elsewhere, revoked, expired); nothing was changed.</summary>
internal sealed class KeyConflictException(string message) : Exception(message);
