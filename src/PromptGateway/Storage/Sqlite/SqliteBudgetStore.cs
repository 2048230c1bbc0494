using PromptGateway.Budgets;

namespace PromptGateway.Storage.Sqlite;

/// <summary>Sums over the <c>usage</c> table, which is what budgets have spent.</summary>
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
            BudgetScope.Key => "key_id = $subject AND ",
            BudgetScope.Team => "team = $subject AND ",
            _ => "",
        };
        using var connection = database.Open(Durability.ProcessCrash);
        using var command = connection.Command(
            $"""
            SELECT requested_model, upstream_model, COALESCE(SUM(cost_nano_usd), 0), SUM(input_tokens + output_tokens)
            FROM usage WHERE {subjectIs}started_at >= $from GROUP BY requested_model, upstream_model
            """,
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
