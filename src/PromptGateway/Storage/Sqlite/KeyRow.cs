using Microsoft.Data.Sqlite;
using PromptGateway.Keys;

namespace PromptGateway.Storage.Sqlite;

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
        VALUES ($id, $version, $hash, $prefix, $name, $team, $owner, $models, $policy, $limits, $budgets, $metadata,
                $created_at, $expires_at, $revoked_at, $previous_hash, $previous_hash_expires_at)
        """;

    public const string UpdateSql = """
        UPDATE keys SET version = $version, hash = $hash, prefix = $prefix, name = $name, team = $team, owner = $owner,
            models = $models, policy = $policy, limits = $limits, budgets = $budgets, metadata = $metadata,
            created_at = $created_at, expires_at = $expires_at, revoked_at = $revoked_at,
            previous_hash = $previous_hash, previous_hash_expires_at = $previous_hash_expires_at
        WHERE id = $id
        """;

    public static void Execute(SqliteConnection connection, string sql, ApiKey key) =>
        connection.Execute(
            sql,
            ("$id", key.Id),
            ("$version", key.Version),
            ("$hash", key.Hash.ToArray()),
            ("$prefix", key.Prefix),
            ("$name", key.Name),
            ("$team", key.Team),
            ("$owner", key.Owner),
            ("$models", StoredJson.Write(key.Models)),
            ("$policy", key.Policy),
            ("$limits", StoredJson.Write(key.Limits)),
            ("$budgets", StoredJson.Write(key.Budgets)),
            ("$metadata", StoredJson.Write(key.Metadata)),
            ("$created_at", SqliteTime.Write(key.CreatedAt)),
            ("$expires_at", WriteTime(key.ExpiresAt)),
            ("$revoked_at", WriteTime(key.RevokedAt)),
            ("$previous_hash", key.PreviousHash?.ToArray()),
            ("$previous_hash_expires_at", WriteTime(key.PreviousHashExpiresAt))
        );

    public static ApiKey Read(SqliteDataReader row) =>
        new()
        {
            Id = row.GetString(0),
            Version = row.GetInt64(1),
            Hash = new KeyHash(row.GetFieldValue<byte[]>(2)),
            Prefix = row.GetString(3),
            Name = row.GetString(4),
            Team = row.TextOrNull(5),
            Owner = row.TextOrNull(6),
            Models = StoredJson.ReadList<string>(row.GetString(7)),
            Policy = row.TextOrNull(8),
            Limits = StoredJson.ReadList<LimitSpec>(row.GetString(9)),
            Budgets = StoredJson.ReadList<BudgetSpec>(row.GetString(10)),
            Metadata = StoredJson.ReadMap(row.GetString(11)),
            CreatedAt = SqliteTime.Read(row.GetInt64(12)),
            ExpiresAt = row.TimeOrNull(13),
            RevokedAt = row.TimeOrNull(14),
            PreviousHash = row.IsDBNull(15) ? null : new KeyHash(row.GetFieldValue<byte[]>(15)),
            PreviousHashExpiresAt = row.TimeOrNull(16),
        };

    private static long? WriteTime(DateTimeOffset? time) => time is { } value ? SqliteTime.Write(value) : null;
}
