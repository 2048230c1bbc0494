using Microsoft.Data.Sqlite;
using PromptGateway.Experiments.Report;
using PromptGateway.Usage;

namespace PromptGateway.Storage.Sqlite;

/// <summary>Reads the optimized rows of the <c>usage</c> table with their feedback, over a connection of its own, which holds up no append.</summary>
internal sealed class SqliteOptimizationLog(SqliteDatabase database) : IOptimizationLog
{
    private static readonly string Select = $"""
        SELECT {UsageColumns.List}, (SELECT score FROM feedback WHERE feedback.request_id = usage.request_id)
        FROM usage
        WHERE (optimization IS NOT NULL OR shadow_policy IS NOT NULL)
        """;

    public Task ReadAsync(ReportQuery query, Action<UsageRecord, double?> row, CancellationToken cancellationToken) =>
        Task.Run(() => Read(query, row, cancellationToken), cancellationToken);

    private void Read(ReportQuery query, Action<UsageRecord, double?> row, CancellationToken cancellationToken)
    {
        using var connection = database.Open(Durability.ProcessCrash);
        using var command = connection.Command(
            Select + Conditions(query),
            ("$from", query.From is { } from ? SqliteTime.Write(from) : null),
            ("$to", query.To is { } to ? SqliteTime.Write(to) : null),
            ("$policy", query.Policy),
            ("$key", query.Key),
            ("$team", query.Team),
            ("$model", query.Model)
        );
        // One statement sees one moment.
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stored = new SqliteRow(reader);
            row(UsageColumns.Read(stored), stored.RealOrNull());
        }
    }

    /// <summary>Only what is asked for stands in the statement, so that an index on it is used. Rows come in the order of time.</summary>
    private static string Conditions(ReportQuery query) =>
        (query.From is null ? "" : " AND started_at >= $from")
        + (query.To is null ? "" : " AND started_at < $to")
        + (query.Policy is null ? "" : " AND (optimization = $policy OR shadow_policy = $policy)")
        + (query.Key is null ? "" : " AND key_id = $key")
        + (query.Team is null ? "" : " AND team = $team")
        + (query.Model is null ? "" : " AND upstream_model = $model")
        + (query.OnlyArms ? " AND optimization_arm IS NOT NULL" : "")
        + " ORDER BY started_at";
}
