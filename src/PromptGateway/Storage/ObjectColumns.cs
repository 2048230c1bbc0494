using PromptGateway.Objects;

namespace PromptGateway.Storage;

/// <summary>An object of a provider as columns of the <c>objects</c> table. <see cref="All"/> and <see cref="Read"/> keep one order.</summary>
internal static class ObjectColumns
{
    /// <summary>Values as the databases' commands take them; the first column names the row.</summary>
    private static readonly (string Name, Func<StoredObject, object?> Value)[] All =
    [
        ("id", made => made.Id),
        ("kind", made => made.Kind),
        ("upstream", made => made.Upstream),
        ("key_id", made => made.KeyId),
        ("key_name", made => made.KeyName),
        ("team", made => made.Team),
        ("request_id", made => made.RequestId),
        ("requested_model", made => made.RequestedModel),
        ("upstream_model", made => made.UpstreamModel),
        ("created_at", made => made.CreatedAt),
        ("is_pending", made => made.IsPending),
        ("charged_at", made => made.ChargedAt),
        ("batch_id", made => made.BatchId),
        ("session", made => made.Session),
    ];

    private static readonly string List = string.Join(", ", All.Select(column => column.Name));

    private static readonly string InsertSql =
        $"INSERT INTO objects ({List}) VALUES ({string.Join(", ", All.Select((_, i) => $"${i + 1}"))}) ON CONFLICT (id) DO ";

    /// <summary>By id.</summary>
    public static string FindSql { get; } = $"SELECT {List} FROM objects WHERE id = $1";

    /// <summary>By an array of ids; PostgreSQL's.</summary>
    public static string FindManySql { get; } = $"SELECT {List} FROM objects WHERE id = ANY ($1)";

    /// <summary>By the id of a response, out of the ledger; its index is over rows of this operation alone.</summary>
    public const string FindResponseSql =
        "SELECT response_id, 'responses', upstream, key_id, key_name, team, request_id, requested_model, upstream_model, started_at, FALSE, NULL, NULL, session "
        + "FROM usage WHERE response_id = $1 AND operation = 'responses' AND upstream IS NOT NULL ORDER BY started_at DESC LIMIT 1";

    /// <summary>With <see cref="Values"/>, as has <see cref="PutSql"/>.</summary>
    public static string AddSql { get; } = InsertSql + "NOTHING";

    public static string PutSql { get; } =
        InsertSql + "UPDATE SET " + string.Join(", ", All.Skip(1).Select(column => $"{column.Name} = excluded.{column.Name}"));

    /// <summary>Id and time.</summary>
    public const string ClaimSql = "UPDATE objects SET charged_at = $2 WHERE id = $1 AND is_pending AND charged_at IS NULL";

    public const string DeleteSql = "DELETE FROM objects WHERE id = $1";

    /// <summary>Exclusive.</summary>
    public const string DeleteBeforeSql = "DELETE FROM objects WHERE created_at < $1";

    /// <summary>How many of the newest stay, less one.</summary>
    public const string DeleteOldestSql =
        "DELETE FROM objects WHERE created_at < (SELECT created_at FROM objects ORDER BY created_at DESC LIMIT 1 OFFSET $1)";

    public static object?[] Values(StoredObject made) => [.. All.Select(column => column.Value(made))];

    public static StoredObject Read(StoredRow row) =>
        new()
        {
            Id = row.Text(),
            Kind = row.Text(),
            Upstream = row.Text(),
            KeyId = row.Text(),
            KeyName = row.TextOrNull(),
            Team = row.TextOrNull(),
            RequestId = row.Text(),
            RequestedModel = row.TextOrNull(),
            UpstreamModel = row.TextOrNull(),
            CreatedAt = row.Time(),
            IsPending = row.Flag(),
            ChargedAt = row.TimeOrNull(),
            BatchId = row.TextOrNull(),
            Session = row.TextOrNull(),
        };
}
