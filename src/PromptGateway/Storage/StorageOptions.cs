using PromptGateway.Storage.Postgres;

namespace PromptGateway.Storage;

/// <summary>Settings of the room; <see cref="StorageConfiguration"/> says where each comes from.</summary>
internal sealed class StorageOptions
{
    /// <summary>Directory of the SQLite file, and of rows that wait for the database.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Null: SQLite.</summary>
    public PostgresOptions? Postgres { get; init; }

    /// <summary>Ledger rows older than that are deleted; null: none are.</summary>
    public int? RetentionDays { get; init; }
}
