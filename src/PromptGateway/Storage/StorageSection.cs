namespace PromptGateway.Storage;

/// <summary>Section <c>Storage</c>, as <see cref="StorageConfiguration"/> reads it.</summary>
internal sealed class StorageSection
{
    /// <summary>
    /// PostgreSQL in place of the SQLite file: <c>postgres://user:password@host:5432/database?sslmode=require</c> or Npgsql's
    /// <c>Host=...;Database=...;Username=...;Password=...</c>; <c>${NAME}</c> is an environment variable or a secret file. Not set: SQLite.
    /// </summary>
    public string? Postgres { get; set; }

    /// <summary>Days after which ledger rows are deleted, at least 32; what they cost stays in budgets without a period. Not set: never.</summary>
    public int? RetentionDays { get; set; }
}
