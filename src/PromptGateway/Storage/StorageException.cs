namespace PromptGateway.Storage;

/// <summary>The database cannot be used at all (newer schema, not a database, no permission); the message says what to do.</summary>
internal sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner);
