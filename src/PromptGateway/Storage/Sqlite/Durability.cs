namespace PromptGateway.Storage.Sqlite;

/// <summary>What a committed transaction survives.</summary>
internal enum Durability
{
    /// <summary>
    /// A crash or <c>kill -9</c> of the process (<c>synchronous=NORMAL</c> in WAL mode). After a power loss the newest transactions
    /// may be missing; the database itself stays sound.
    /// </summary>
    ProcessCrash,

    /// <summary>A power loss too: the log is synced to the disk at each commit (<c>synchronous=FULL</c>).</summary>
    PowerLoss,
}
