using Npgsql;
using PromptGateway.Usage;

namespace PromptGateway.Storage.Postgres;

/// <summary>
/// The SQL of a usage report. Only constants of this class become SQL text; everything that a caller gave is a parameter.
/// </summary>
internal sealed class UsageReportSql
{
    private const string Model = $"COALESCE(upstream_model, '{UsageReportRow.NoGroup}')";
    private const string Team = $"COALESCE(team, '{UsageReportRow.NoGroup}')";
    private const string Upstream = $"COALESCE(upstream, '{UsageReportRow.NoGroup}')";

    private readonly List<object> _parameters = [];
    private readonly string _where;

    public UsageReportSql(UsageQuery query)
    {
        var conditions = new List<string>();
        Add("started_at >=", query.From is { } from ? PostgresTime.Write(from) : null);
        Add("started_at <", query.To is { } to ? PostgresTime.Write(to) : null);
        Add("key_id =", query.Key);
        Add($"{Team} =", query.Team);
        Add($"{Model} =", query.Model);
        Add($"{Upstream} =", query.Upstream);
        _where = conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);

        void Add(string condition, object? value)
        {
            if (value is null)
                return;
            _parameters.Add(value);
            conditions.Add($"{condition} ${_parameters.Count}");
        }
    }

    public static string GroupExpression(UsageGrouping grouping) =>
        grouping switch
        {
            UsageGrouping.Key => "key_id",
            UsageGrouping.Team => Team,
            UsageGrouping.Model => Model,
            UsageGrouping.Upstream => Upstream,
            UsageGrouping.Day => "to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
            UsageGrouping.Month => "to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM')",
            _ => throw new ArgumentOutOfRangeException(nameof(grouping), grouping, "not a grouping of rows"),
        };

    /// <summary>A sum of bigints is numeric; one that no long holds becomes the largest long.</summary>
    public static string Sum(string expression) => $"LEAST(COALESCE(SUM({expression}), 0), {long.MaxValue})::bigint";

    public string Sums(string group) =>
        $"""
            SELECT grp, {(group == "key_id" ? NewestName : "NULL")}, requests, errors, input, cached, written, output, reasoning,
                   cost, unpriced, estimated
            FROM (
                SELECT {group} AS grp, COUNT(*) AS requests, COUNT(*) FILTER (WHERE outcome <> 'ok') AS errors,
                       {Sum("input_tokens")} AS input, {Sum("cached_input_tokens")} AS cached,
                       {Sum("cache_write_tokens::numeric + cache_write_1h_tokens")} AS written,
                       {Sum("output_tokens")} AS output, {Sum("reasoning_tokens")} AS reasoning, {Sum("cost_nano_usd")} AS cost,
                       COUNT(*) FILTER (WHERE cost_nano_usd IS NULL AND input_tokens::numeric + output_tokens > 0) AS unpriced,
                       COUNT(*) FILTER (WHERE usage_source = 'estimated') AS estimated
                FROM usage {_where} GROUP BY 1
            ) AS sums
            """;

    /// <summary>Nearest rank: the smallest value that at least p percent of the rows do not exceed.</summary>
    public string Percentiles(string group, string column) =>
        $"""
            SELECT grp, MIN(CASE WHEN place * 100 >= n * 50 THEN value END), MIN(CASE WHEN place * 100 >= n * 95 THEN value END),
                   MIN(CASE WHEN place * 100 >= n * 99 THEN value END)
            FROM (
                SELECT grp, value, ROW_NUMBER() OVER (PARTITION BY grp ORDER BY value) AS place, COUNT(*) OVER (PARTITION BY grp) AS n
                FROM (SELECT {group} AS grp, {column} AS value FROM usage {_where}) AS cells
                WHERE value IS NOT NULL
            ) AS places
            GROUP BY 1
            """;

    /// <summary>Requests that were refused before a model was chosen are left out.</summary>
    public string CostByModel() =>
        $"""
            SELECT model, CASE WHEN cost IS NOT NULL THEN LEAST(cost, {long.MaxValue})::bigint END
            FROM (SELECT {Model} AS model, SUM(cost_nano_usd) AS cost FROM usage {_where} GROUP BY 1) AS costs
            WHERE model <> '{UsageReportRow.NoGroup}' OR cost > 0 ORDER BY cost DESC NULLS LAST
            """;

    public NpgsqlCommand On(NpgsqlConnection connection, string sql) => connection.Command(sql, [.. _parameters]);

    private string NewestName =>
        $"""
            (SELECT key_name FROM usage {_where}{(
                _where.Length == 0 ? "WHERE" : " AND"
            )} key_id = grp ORDER BY started_at DESC, id DESC LIMIT 1)
            """;
}
