using PromptGateway.Budgets;

namespace PromptGateway.Storage.Sqlite;

/// <summary>Sums over the <c>usage</c> table, which is what budgets have spent, and over what retention has taken from it.</summary>
internal sealed class SqliteBudgetStore(SqliteDatabase database) : IBudgetStore
{
    public Task<IReadOnlyList<ModelSpend>> ReadAsync(
        BudgetScope scope,
        string subject,
        DateTimeOffset? from,
        CancellationToken cancellationToken
    ) => Task.Run<IReadOnlyList<ModelSpend>>(() => Read(scope, subject, from), cancellationToken);

    private List<ModelSpend> Read(BudgetScope scope, string subject, DateTimeOffset? from)
    {
        var subjectIs = scope switch
        {
            BudgetScope.Key => "key_id = $subject",
            BudgetScope.Team => "team = $subject",
            _ => "$subject IS NOT NULL",
        };
        using var connection = database.Open(Durability.ProcessCrash);
        const string Rows =
            "SELECT requested_model, upstream_model, cost_nano_usd AS cost, input_tokens + output_tokens AS tokens FROM usage";
        const string Expired = "SELECT NULLIF(requested_model, ''), NULLIF(upstream_model, ''), cost_nano_usd, tokens FROM expired_spend";
        var spends = from is null
            ? $"{Rows} WHERE {subjectIs} UNION ALL {Expired} WHERE {subjectIs}"
            : $"{Rows} WHERE {subjectIs} AND started_at >= $from";
        using var command = connection.Command(
            $"SELECT requested_model, upstream_model, COALESCE(SUM(cost), 0), SUM(tokens) FROM ({spends}) GROUP BY 1, 2",
            ("$subject", subject),
            ("$from", from is { } time ? SqliteTime.Write(time) : 0L)
        );
        using var row = command.ExecuteReader();
        var spend = new List<ModelSpend>();
        while (row.Read())
            spend.Add(new ModelSpend(row.TextOrNull(0), row.TextOrNull(1), row.GetInt64(2), row.GetInt64(3)));
        return spend;
    }
}
