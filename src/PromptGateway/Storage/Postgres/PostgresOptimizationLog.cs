using Npgsql;
using PromptGateway.Experiments.Report;
using PromptGateway.Usage;

namespace PromptGateway.Storage.Postgres;

/// <summary>Reads the optimized rows of the <c>usage</c> table with their feedback; one statement sees one moment.</summary>
internal sealed class PostgresOptimizationLog(PostgresDatabase database) : IOptimizationLog
{
    private static readonly string Select = $"""
        SELECT {UsageColumns.List}, (SELECT score FROM feedback WHERE feedback.request_id = usage.request_id)
        FROM usage
        WHERE (optimization IS NOT NULL OR shadow_policy IS NOT NULL)
        """;

    public async Task ReadAsync(ReportQuery query, Action<UsageRecord, double?> row, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command(Select);
        Add(command, query);
        command.CommandText += " ORDER BY started_at";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var stored = new PostgresRow(reader);
            row(UsageColumns.Read(stored), stored.RealOrNull());
        }
    }

    private static void Add(NpgsqlCommand command, ReportQuery query)
    {
        if (query.From is { } from)
            Add(command, "started_at >= {0}", PostgresTime.Write(from));
        if (query.To is { } to)
            Add(command, "started_at < {0}", PostgresTime.Write(to));
        if (query.Policy is { } policy)
            Add(command, "(optimization = {0} OR shadow_policy = {0})", PostgresText.Write(policy));
        if (query.Key is { } key)
            Add(command, "key_id = {0}", PostgresText.Write(key));
        if (query.Team is { } team)
            Add(command, "team = {0}", PostgresText.Write(team));
        if (query.Model is { } model)
            Add(command, "upstream_model = {0}", PostgresText.Write(model));
        if (query.OnlyArms)
            command.CommandText += " AND optimization_arm IS NOT NULL";
    }

    /// <param name="command">Gets one more condition and its value.</param>
    /// <param name="condition">With the place of the value.</param>
    /// <param name="value">A parameter, never text of the statement.</param>
    private static void Add(NpgsqlCommand command, string condition, object value)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value });
        command.CommandText += " AND " + condition.Replace("{0}", "$" + command.Parameters.Count, StringComparison.Ordinal);
    }
}
