using Npgsql;
using PromptGateway.Usage;

namespace PromptGateway.Storage.Postgres;

/// <summary>
/// Inserts a batch with one statement and one round trip, a column an array. A row that is there already is skipped, which COPY could
/// not do without a second table.
/// </summary>
internal static class UsageInsert
{
    private static readonly string Sql =
        $"INSERT INTO usage ({UsageColumns.List}) SELECT * FROM unnest("
        + string.Join(", ", UsageColumns.All.Select((column, i) => $"${i + 1}::{TypeOf(column)}[]"))
        + ") ON CONFLICT (request_id, started_at) DO NOTHING";

    public static async Task RunAsync(NpgsqlConnection connection, IReadOnlyList<UsageRecord> records, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        foreach (var column in UsageColumns.All)
            command.Parameters.Add(new NpgsqlParameter { Value = Values(column, records) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string TypeOf(UsageColumn column) =>
        column.Kind switch
        {
            UsageColumnKind.Text => "text",
            UsageColumnKind.Number => "bigint",
            UsageColumnKind.Flag => "boolean",
            UsageColumnKind.Time => "timestamptz",
            _ => throw new ArgumentOutOfRangeException(nameof(column), column.Kind, "not a kind of column"),
        };

    private static Array Values(UsageColumn column, IReadOnlyList<UsageRecord> records) =>
        column.Kind switch
        {
            UsageColumnKind.Text => Values(records, record => PostgresText.WriteOrNull(column.Text(record))),
            UsageColumnKind.Flag => Values(records, record => column.Number(record) != 0),
            UsageColumnKind.Time => Values(records, record => PostgresTime.Write(column.Time(record))),
            _ => Values(records, column.Number),
        };

    private static T[] Values<T>(IReadOnlyList<UsageRecord> records, Func<UsageRecord, T> value)
    {
        var values = new T[records.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(records[i]);
        return values;
    }
}
