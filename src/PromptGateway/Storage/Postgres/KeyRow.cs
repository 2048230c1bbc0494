using Npgsql;
using PromptGateway.Keys;

namespace PromptGateway.Storage.Postgres;

/// <summary>A key as a row of the <c>keys</c> table.</summary>
internal static class KeyRow
{
    public const string SelectSql = """
        SELECT id, version, hash, prefix, name, team, owner, models, policy, limits, budgets, metadata,
               created_at, expires_at, revoked_at, previous_hash, previous_hash_expires_at
        FROM keys
        """;

    public const string InsertSql = """
        INSERT INTO keys (id, version, hash, prefix, name, team, owner, models, policy, limits, budgets, metadata,
                          created_at, expires_at, revoked_at, previous_hash, previous_hash_expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        """;

    public const string UpdateSql = """
        UPDATE keys SET version = $2, hash = $3, prefix = $4, name = $5, team = $6, owner = $7,
            models = $8, policy = $9, limits = $10, budgets = $11, metadata = $12,
            created_at = $13, expires_at = $14, revoked_at = $15, previous_hash = $16, previous_hash_expires_at = $17
        WHERE id = $1
        """;

    public static Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, ApiKey key, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            sql,
            cancellationToken,
            key.Id,
            key.Version,
            key.Hash.ToArray(),
            key.Prefix,
            key.Name,
            key.Team,
            key.Owner,
            StoredJson.Write(key.Models),
            key.Policy,
            StoredJson.Write(key.Limits),
            StoredJson.Write(key.Budgets),
            StoredJson.Write(key.Metadata),
            PostgresTime.Write(key.CreatedAt),
            WriteTime(key.ExpiresAt),
            WriteTime(key.RevokedAt),
            key.PreviousHash?.ToArray(),
            WriteTime(key.PreviousHashExpiresAt)
        );

    public static ApiKey Read(NpgsqlDataReader row) =>
        new()
        {
            Id = row.Text(0),
            Version = row.GetInt64(1),
            Hash = new KeyHash(row.GetFieldValue<byte[]>(2)),
            Prefix = row.Text(3),
            Name = row.Text(4),
            Team = row.TextOrNull(5),
            Owner = row.TextOrNull(6),
            Models = StoredJson.ReadList<string>(row.Text(7)),
            Policy = row.TextOrNull(8),
            Limits = StoredJson.ReadList<LimitSpec>(row.Text(9)),
            Budgets = StoredJson.ReadList<BudgetSpec>(row.Text(10)),
            Metadata = StoredJson.ReadMap(row.Text(11)),
            CreatedAt = PostgresTime.Read(row.GetDateTime(12)),
            ExpiresAt = row.TimeOrNull(13),
            RevokedAt = row.TimeOrNull(14),
            PreviousHash = row.IsDBNull(15) ? null : new KeyHash(row.GetFieldValue<byte[]>(15)),
            PreviousHashExpiresAt = row.TimeOrNull(16),
        };

    private static DateTime? WriteTime(DateTimeOffset? time) => time is { } value ? PostgresTime.Write(value) : null;
}
