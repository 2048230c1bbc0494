using PromptGateway.Budgets;

namespace PromptGateway.Storage.Postgres;

/// <summary>Sums over the <c>usage</c> table, which is what budgets have spent, and over what retention has taken from it.</summary>
internal sealed class PostgresBudgetStore(PostgresDatabase database) : IBudgetStore
{
    public async Task<IReadOnlyList<ModelSpend>> ReadAsync(
        BudgetScope scope,
        string subject,
        DateTimeOffset? from,
        IReadOnlyCollection<string> without,
        CancellationToken cancellationToken
    )
    {
        var subjectIs = scope switch
        {
            BudgetScope.Key => "key_id = $1",
            BudgetScope.Team => "team = $1",
            BudgetScope.Session => "session = $1",
            _ => "$1::text IS NOT NULL",
        };
        const string Rows =
            "SELECT requested_model, upstream_model, cost_nano_usd AS cost, input_tokens::numeric + output_tokens AS tokens FROM usage "
            + "WHERE request_id <> ALL ($2)";
        const string Expired = "SELECT NULLIF(requested_model, ''), NULLIF(upstream_model, ''), cost_nano_usd, tokens FROM expired_spend";
        var spends =
            from is not null ? $"{Rows} AND {subjectIs} AND started_at >= $3"
            // Of rows that retention has deleted nobody knows the session.
            : scope == BudgetScope.Session ? $"{Rows} AND {subjectIs}"
            : $"{Rows} AND {subjectIs} UNION ALL {Expired} WHERE {subjectIs}";
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command(
            $"""
            SELECT requested_model, upstream_model, {UsageReportSql.Sum("cost")}, {UsageReportSql.Sum("tokens")}
            FROM ({spends}) AS spends GROUP BY 1, 2
            """,
            subject,
            without.ToArray()
        );
        if (from is { } time)
            command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = PostgresTime.Write(time) });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var spend = new List<ModelSpend>();
        while (await row.ReadAsync(cancellationToken))
            spend.Add(new ModelSpend(row.TextOrNull(0), row.TextOrNull(1), row.GetInt64(2), row.GetInt64(3)));
        return spend;
    }
}
