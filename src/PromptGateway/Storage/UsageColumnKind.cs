namespace PromptGateway.Storage;

/// <summary>What a column of the ledger holds; each database has a type of its own for each of them.</summary>
internal enum UsageColumnKind
{
    Text,
    Number,

    /// <summary>A number, 0 or 1.</summary>
    Flag,
    Time,
}
