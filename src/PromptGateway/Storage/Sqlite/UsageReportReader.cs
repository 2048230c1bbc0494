using Microsoft.Data.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Storage.Sqlite;

/// <summary>Runs the queries of <see cref="UsageReportSql"/> and puts their results together.</summary>
internal static class UsageReportReader
{
    /// <param name="connection">In a read transaction, so that all parts are of one moment.</param>
    /// <param name="query">What is asked for.</param>
    public static UsageReport Read(SqliteConnection connection, UsageQuery query)
    {
        var sql = new UsageReportSql(query);
        var rows = query.GroupBy == UsageGrouping.None ? [] : Rows(connection, sql, UsageReportSql.GroupExpression(query.GroupBy));
        var total = Rows(connection, sql, "'total'").SingleOrDefault() ?? new UsageReportRow { Group = "total" };
        return new UsageReport(query.GroupBy, UsageReportRows.Order(rows, query.GroupBy), total, CostByModel(connection, sql));
    }

    private static UsageReportRow[] Rows(SqliteConnection connection, UsageReportSql sql, string group)
    {
        var latencies = Percentiles(connection, sql, group, "duration_us");
        var firstTokens = Percentiles(connection, sql, group, "first_token_us");
        using var command = sql.On(connection, sql.Sums(group));
        using var reader = command.ExecuteReader();
        var rows = new List<UsageReportRow>();
        while (reader.Read())
        {
            var name = reader.GetString(0);
            firstTokens.TryGetValue(name, out var firstToken);
            rows.Add(UsageReportRows.Read(reader, name, reader.TextOrNull(1), latencies[name], firstToken));
        }
        return [.. rows];
    }

    private static Dictionary<string, double[]> Percentiles(SqliteConnection connection, UsageReportSql sql, string group, string column)
    {
        using var command = sql.On(connection, sql.Percentiles(group, column));
        using var reader = command.ExecuteReader();
        var found = new Dictionary<string, double[]>(StringComparer.Ordinal);
        while (reader.Read())
            found.Add(reader.GetString(0), [reader.GetInt64(1) / 1000d, reader.GetInt64(2) / 1000d, reader.GetInt64(3) / 1000d]);
        return found;
    }

    private static Dictionary<string, long?> CostByModel(SqliteConnection connection, UsageReportSql sql)
    {
        using var command = sql.On(connection, sql.CostByModel());
        using var reader = command.ExecuteReader();
        var costs = new Dictionary<string, long?>(StringComparer.Ordinal);
        while (reader.Read())
            costs.Add(reader.GetString(0), reader.NumberOrNull(1));
        return costs;
    }
}
