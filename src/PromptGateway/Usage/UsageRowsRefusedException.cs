namespace PromptGateway.Usage;

/// <summary>
/// The database works, but at least one row of the batch is nothing that it takes, now or later; nothing of the batch was written.
/// </summary>
internal sealed class UsageRowsRefusedException(string message, Exception? inner = null) : Exception(message, inner);
