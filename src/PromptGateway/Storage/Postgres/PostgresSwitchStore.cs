using PromptGateway.Experiments.Switches;

namespace PromptGateway.Storage.Postgres;

/// <summary>The <c>optimization_switches</c> table.</summary>
internal sealed class PostgresSwitchStore(PostgresDatabase database) : ISwitchStore
{
    public async Task<IReadOnlyList<PolicySwitch>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command(
            "SELECT policy, model, is_off, changed_at, metric, reason FROM optimization_switches ORDER BY policy COLLATE \"C\", model COLLATE \"C\""
        );
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var switches = new List<PolicySwitch>();
        while (await row.ReadAsync(cancellationToken))
            switches.Add(
                new PolicySwitch
                {
                    Policy = row.Text(0),
                    Model = row.Text(1),
                    IsOff = row.GetBoolean(2),
                    ChangedAt = PostgresTime.Read(row.GetDateTime(3)),
                    Metric = row.TextOrNull(4),
                    Reason = row.TextOrNull(5),
                }
            );
        return switches;
    }

    public async Task PutAsync(PolicySwitch change, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            INSERT INTO optimization_switches (policy, model, is_off, changed_at, metric, reason) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (policy, model) DO UPDATE SET is_off = EXCLUDED.is_off, changed_at = EXCLUDED.changed_at,
                metric = EXCLUDED.metric, reason = EXCLUDED.reason
            """,
            cancellationToken,
            change.Policy,
            change.Model,
            change.IsOff,
            PostgresTime.Write(change.ChangedAt),
            change.Metric,
            change.Reason
        );
    }
}
