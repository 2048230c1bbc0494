using Microsoft.Data.Sqlite;
using PromptGateway.Usage;

namespace PromptGateway.Storage.Sqlite;

/// <summary>
/// The SQL of a usage report. Only constants of this class become SQL text; everything that a caller gave is a parameter.
/// </summary>
internal sealed class UsageReportSql
{
    private const string Model = $"COALESCE(upstream_model, '{UsageReportRow.NoGroup}')";
    private const string Team = $"COALESCE(team, '{UsageReportRow.NoGroup}')";
    private const string Upstream = $"COALESCE(upstream, '{UsageReportRow.NoGroup}')";

    private readonly List<(string Name, object Value)> _parameters = [];
    private readonly string _where;

    public UsageReportSql(UsageQuery query)
    {
        var conditions = new List<string>();
        Add("started_at >= $from", "$from", query.From is { } from ? SqliteTime.Write(from) : null);
        Add("started_at < $to", "$to", query.To is { } to ? SqliteTime.Write(to) : null);
        Add("key_id = $key", "$key", query.Key);
        Add($"{Team} = $team", "$team", query.Team);
        Add($"{Model} = $model", "$model", query.Model);
        Add($"{Upstream} = $upstream", "$upstream", query.Upstream);
        _where = conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);

        void Add(string condition, string name, object? value)
        {
            if (value is null)
                return;
            conditions.Add(condition);
            _parameters.Add((name, value));
        }
    }

    public static string GroupExpression(UsageGrouping grouping) =>
        grouping switch
        {
            UsageGrouping.Key => "key_id",
            UsageGrouping.Team => Team,
            UsageGrouping.Model => Model,
            UsageGrouping.Upstream => Upstream,
            UsageGrouping.Day => "strftime('%Y-%m-%d', started_at / 1000000, 'unixepoch')",
            UsageGrouping.Month => "strftime('%Y-%m', started_at / 1000000, 'unixepoch')",
            _ => throw new ArgumentOutOfRangeException(nameof(grouping), grouping, "not a grouping of rows"),
        };

    /// <summary>With MAX(id) alone in a query SQLite takes bare columns from that row: the newest name of the key.</summary>
    public string Sums(string group) =>
        $"""
            SELECT grp, {(
                group == "key_id" ? "key_name" : "NULL"
            )}, requests, errors, input, cached, written, output, reasoning, cost, unpriced, estimated
            FROM (
                SELECT {group} AS grp, key_name, MAX(id), COUNT(*) AS requests, SUM(outcome <> 'ok') AS errors,
                       SUM(input_tokens) AS input, SUM(cached_input_tokens) AS cached,
                       SUM(cache_write_tokens + cache_write_1h_tokens) AS written,
                       SUM(output_tokens) AS output, SUM(reasoning_tokens) AS reasoning,
                       COALESCE(SUM(cost_nano_usd), 0) AS cost,
                       SUM(cost_nano_usd IS NULL AND input_tokens + output_tokens > 0) AS unpriced,
                       SUM(usage_source = 'estimated') AS estimated
                FROM usage {_where} GROUP BY grp
            )
            """;

    /// <summary>Nearest rank: the smallest value that at least p percent of the rows do not exceed.</summary>
    public string Percentiles(string group, string column) =>
        $"""
            SELECT grp, MIN(CASE WHEN place * 100 >= n * 50 THEN value END), MIN(CASE WHEN place * 100 >= n * 95 THEN value END),
                   MIN(CASE WHEN place * 100 >= n * 99 THEN value END)
            FROM (
                SELECT grp, value, ROW_NUMBER() OVER (PARTITION BY grp ORDER BY value) AS place, COUNT(*) OVER (PARTITION BY grp) AS n
                FROM (SELECT {group} AS grp, {column} AS value FROM usage {_where})
                WHERE value IS NOT NULL
            )
            GROUP BY grp
            """;

    /// <summary>Requests that were refused before a model was chosen are left out.</summary>
    public string CostByModel() =>
        $"""
            SELECT model, cost FROM (SELECT {Model} AS model, SUM(cost_nano_usd) AS cost FROM usage {_where} GROUP BY model)
            WHERE model <> '{UsageReportRow.NoGroup}' OR cost > 0 ORDER BY cost DESC
            """;

    public SqliteCommand On(SqliteConnection connection, string sql) =>
        connection.Command(sql, [.. _parameters.Select(parameter => (parameter.Name, (object?)parameter.Value))]);
}
