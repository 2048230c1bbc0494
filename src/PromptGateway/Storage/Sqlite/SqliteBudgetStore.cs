using System.Text.Json;
using PromptGateway.Budgets;

namespace PromptGateway.Storage.Sqlite;

/// <summary>Sums over the <c>usage</c> table, which is what budgets have spent, and over what retention has taken from it.</summary>
internal sealed class SqliteBudgetStore(SqliteDatabase database) : IBudgetStore
{
    public Task<IReadOnlyList<ModelSpend>> ReadAsync(
        BudgetScope scope,
        string subject,
        DateTimeOffset? from,
        IReadOnlyCollection<string> without,
        CancellationToken cancellationToken
    ) => Task.Run<IReadOnlyList<ModelSpend>>(() => Read(scope, subject, from, without), cancellationToken);

    private List<ModelSpend> Read(BudgetScope scope, string subject, DateTimeOffset? from, IReadOnlyCollection<string> without)
    {
        var subjectIs = scope switch
        {
            BudgetScope.Key => "key_id = $subject",
            BudgetScope.Team => "team = $subject",
            BudgetScope.Session => "session = $subject",
            _ => "$subject IS NOT NULL",
        };
        using var connection = database.Open(Durability.ProcessCrash);
        const string Rows =
            "SELECT requested_model, upstream_model, cost_nano_usd AS cost, input_tokens + output_tokens AS tokens FROM usage "
            + "WHERE request_id NOT IN (SELECT value FROM json_each($without))";
        const string Expired = "SELECT NULLIF(requested_model, ''), NULLIF(upstream_model, ''), cost_nano_usd, tokens FROM expired_spend";
        var spends =
            from is not null ? $"{Rows} AND {subjectIs} AND started_at >= $from"
            // Of rows that retention has deleted nobody knows the session.
            : scope == BudgetScope.Session ? $"{Rows} AND {subjectIs}"
            : $"{Rows} AND {subjectIs} UNION ALL {Expired} WHERE {subjectIs}";
        using var command = connection.Command(
            $"SELECT requested_model, upstream_model, COALESCE(SUM(cost), 0), SUM(tokens) FROM ({spends}) GROUP BY 1, 2",
            ("$subject", subject),
            ("$from", from is { } time ? SqliteTime.Write(time) : 0L),
            ("$without", JsonSerializer.Serialize(without))
        );
        using var row = command.ExecuteReader();
        var spend = new List<ModelSpend>();
        while (row.Read())
            spend.Add(new ModelSpend(row.TextOrNull(0), row.TextOrNull(1), row.GetInt64(2), row.GetInt64(3)));
        return spend;
    }
}
