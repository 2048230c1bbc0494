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
        return new UsageReport(query.GroupBy, Order(rows, query.GroupBy), total, CostByModel(connection, sql));
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
            rows.Add(Row(reader, latencies[name], firstToken));
        }
        return [.. rows];
    }

    private static UsageReportRow Row(SqliteDataReader reader, double[] latency, double[]? firstToken)
    {
        var (requests, cost, unpriced) = (reader.GetInt64(2), reader.GetInt64(9), reader.GetInt64(10));
        return new UsageReportRow
        {
            Group = reader.GetString(0),
            Name = reader.TextOrNull(1),
            Requests = requests,
            Errors = reader.GetInt64(3),
            InputTokens = reader.GetInt64(4),
            CachedInputTokens = reader.GetInt64(5),
            CacheWriteTokens = reader.GetInt64(6),
            OutputTokens = reader.GetInt64(7),
            ReasoningTokens = reader.GetInt64(8),
            CostNanoUsd = cost,
            UnpricedRequests = unpriced,
            EstimatedRequests = reader.GetInt64(11),
            AverageCostNanoUsd = requests > unpriced ? (long)Math.Round((decimal)cost / (requests - unpriced)) : 0,
            LatencyP50Ms = latency[0],
            LatencyP95Ms = latency[1],
            LatencyP99Ms = latency[2],
            FirstTokenP50Ms = firstToken?[0],
            FirstTokenP95Ms = firstToken?[1],
            FirstTokenP99Ms = firstToken?[2],
        };
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

    private static UsageReportRow[] Order(UsageReportRow[] rows, UsageGrouping grouping) =>
        grouping is UsageGrouping.Day or UsageGrouping.Month
            ? [.. rows.OrderBy(row => row.Group, StringComparer.Ordinal)]
            :
            [
                .. rows.OrderByDescending(row => row.CostNanoUsd)
                    .ThenByDescending(row => row.Requests)
                    .ThenBy(row => row.Group, StringComparer.Ordinal),
            ];
}
