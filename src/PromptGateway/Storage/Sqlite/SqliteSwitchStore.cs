using PromptGateway.Experiments.Switches;

namespace PromptGateway.Storage.Sqlite;

/// <summary>The <c>optimization_switches</c> table.</summary>
internal sealed class SqliteSwitchStore(SqliteDatabase database) : ISwitchStore, IDisposable
{
    private readonly SqliteSession _session = new(database, Durability.PowerLoss);

    public Task<IReadOnlyList<PolicySwitch>> ReadAsync(CancellationToken cancellationToken) =>
        _session.RunAsync<IReadOnlyList<PolicySwitch>>(
            connection =>
            {
                using var command = connection.Command(
                    "SELECT policy, model, is_off, changed_at, metric, reason FROM optimization_switches ORDER BY policy, model"
                );
                using var row = command.ExecuteReader();
                var switches = new List<PolicySwitch>();
                while (row.Read())
                    switches.Add(
                        new PolicySwitch
                        {
                            Policy = row.GetString(0),
                            Model = row.GetString(1),
                            IsOff = row.GetInt64(2) != 0,
                            ChangedAt = SqliteTime.Read(row.GetInt64(3)),
                            Metric = row.TextOrNull(4),
                            Reason = row.TextOrNull(5),
                        }
                    );
                return switches;
            },
            cancellationToken
        );

    public Task PutAsync(PolicySwitch change, CancellationToken cancellationToken) =>
        _session.RunAsync(
            connection =>
                connection.Execute(
                    "INSERT OR REPLACE INTO optimization_switches (policy, model, is_off, changed_at, metric, reason) "
                        + "VALUES ($policy, $model, $off, $at, $metric, $reason)",
                    ("$policy", change.Policy),
                    ("$model", change.Model),
                    ("$off", change.IsOff ? 1L : 0L),
                    ("$at", SqliteTime.Write(change.ChangedAt)),
                    ("$metric", change.Metric),
                    ("$reason", change.Reason)
                ),
            cancellationToken
        );

    public void Dispose() => _session.Dispose();
}
