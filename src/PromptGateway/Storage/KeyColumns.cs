using PromptGateway.Keys;

namespace PromptGateway.Storage;

/// <summary>A key as columns of the <c>keys</c> table, which every database has alike. <see cref="All"/> and <see cref="Read"/> keep one order.</summary>
internal static class KeyColumns
{
    /// <summary>Values as the databases' commands take them; the first column names the row.</summary>
    private static readonly (string Name, Func<ApiKey, object?> Value)[] All =
    [
        ("id", key => key.Id),
        ("version", key => key.Version),
        ("hash", key => key.Hash.ToArray()),
        ("prefix", key => key.Prefix),
        ("name", key => key.Name),
        ("team", key => key.Team),
        ("owner", key => key.Owner),
        ("models", key => StoredJson.Write(key.Models)),
        ("policy", key => key.Policy),
        ("limits", key => StoredJson.Write(key.Limits)),
        ("budgets", key => StoredJson.Write(key.Budgets)),
        ("metadata", key => StoredJson.Write(key.Metadata)),
        ("created_at", key => key.CreatedAt),
        ("expires_at", key => key.ExpiresAt),
        ("revoked_at", key => key.RevokedAt),
        ("previous_hash", key => key.PreviousHash?.ToArray()),
        ("previous_hash_expires_at", key => key.PreviousHashExpiresAt),
    ];

    private static readonly string List = string.Join(", ", All.Select(column => column.Name));

    public static string SelectSql { get; } = $"SELECT {List} FROM keys";

    /// <summary>With <see cref="Values"/> as <c>$1</c>, <c>$2</c>, ..., as has <see cref="UpdateSql"/>.</summary>
    public static string InsertSql { get; } = $"INSERT INTO keys ({List}) VALUES ({string.Join(", ", All.Select((_, i) => $"${i + 1}"))})";

    public static string UpdateSql { get; } =
        $"UPDATE keys SET {string.Join(", ", All.Select((column, i) => $"{column.Name} = ${i + 1}").Skip(1))} WHERE {All[0].Name} = $1";

    public static object?[] Values(ApiKey key) => [.. All.Select(column => column.Value(key))];

    public static ApiKey Read(StoredRow row) =>
        new()
        {
            Id = row.Text(),
            Version = row.Number(),
            Hash = new KeyHash(row.Bytes()),
            Prefix = row.Text(),
            Name = row.Text(),
            Team = row.TextOrNull(),
            Owner = row.TextOrNull(),
            Models = StoredJson.ReadList<string>(row.Text()),
            Policy = row.TextOrNull(),
            Limits = StoredJson.ReadList<LimitSpec>(row.Text()),
            Budgets = StoredJson.ReadList<BudgetSpec>(row.Text()),
            Metadata = StoredJson.ReadMap(row.Text()),
            CreatedAt = row.Time(),
            ExpiresAt = row.TimeOrNull(),
            RevokedAt = row.TimeOrNull(),
            PreviousHash = row.BytesOrNull() is { } hash ? new KeyHash(hash) : null,
            PreviousHashExpiresAt = row.TimeOrNull(),
        };
}
