using Npgsql;
using PromptGateway.Usage;

namespace PromptGateway.Storage.Postgres;

/// <summary>Runs the queries of <see cref="UsageReportSql"/> and puts their results together.</summary>
internal static class UsageReportReader
{
    /// <param name="connection">In a transaction with a snapshot, so that all parts are of one moment.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="cancellationToken">Stops the query on the server too.</param>
    public static async Task<UsageReport> ReadAsync(NpgsqlConnection connection, UsageQuery query, CancellationToken cancellationToken)
    {
        var sql = new UsageReportSql(query);
        var rows =
            query.GroupBy == UsageGrouping.None
                ? []
                : await RowsAsync(connection, sql, UsageReportSql.GroupExpression(query.GroupBy), cancellationToken);
        var total = await RowsAsync(connection, sql, "'total'::text", cancellationToken);
        return new UsageReport(
            query.GroupBy,
            UsageReportRows.Order(rows, query.GroupBy),
            total.SingleOrDefault() ?? new UsageReportRow { Group = "total" },
            await CostByModelAsync(connection, sql, cancellationToken)
        );
    }

    private static async Task<UsageReportRow[]> RowsAsync(
        NpgsqlConnection connection,
        UsageReportSql sql,
        string group,
        CancellationToken cancellationToken
    )
    {
        var latencies = await PercentilesAsync(connection, sql, group, "duration_us", cancellationToken);
        var firstTokens = await PercentilesAsync(connection, sql, group, "first_token_us", cancellationToken);
        await using var command = Patient(sql.On(connection, sql.Sums(group)));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<UsageReportRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var name = reader.Text(0);
            firstTokens.TryGetValue(name, out var firstToken);
            rows.Add(UsageReportRows.Read(reader, name, reader.TextOrNull(1), latencies[name], firstToken));
        }
        return [.. rows];
    }

    private static async Task<Dictionary<string, double[]>> PercentilesAsync(
        NpgsqlConnection connection,
        UsageReportSql sql,
        string group,
        string column,
        CancellationToken cancellationToken
    )
    {
        await using var command = Patient(sql.On(connection, sql.Percentiles(group, column)));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<string, double[]>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            found.Add(reader.Text(0), [reader.GetInt64(1) / 1000d, reader.GetInt64(2) / 1000d, reader.GetInt64(3) / 1000d]);
        return found;
    }

    private static async Task<Dictionary<string, long?>> CostByModelAsync(
        NpgsqlConnection connection,
        UsageReportSql sql,
        CancellationToken cancellationToken
    )
    {
        await using var command = Patient(sql.On(connection, sql.CostByModel()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var costs = new Dictionary<string, long?>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            costs.Add(reader.Text(0), reader.NumberOrNull(1));
        return costs;
    }

    /// <summary>A report over a year of rows takes its time; nobody's request waits for it.</summary>
    private static NpgsqlCommand Patient(NpgsqlCommand command)
    {
        command.CommandTimeout = 120;
        return command;
    }
}
