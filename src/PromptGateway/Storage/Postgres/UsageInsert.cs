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
        + string.Join(", ", UsageColumns.All.Select((column, i) => $"${i + 1}::{column.Type}[]"))
        + ") ON CONFLICT (request_id, started_at) DO NOTHING";

    public static async Task RunAsync(NpgsqlConnection connection, IReadOnlyList<UsageRecord> records, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        foreach (var column in UsageColumns.All)
            command.Parameters.Add(new NpgsqlParameter { Value = column.Values(records) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
