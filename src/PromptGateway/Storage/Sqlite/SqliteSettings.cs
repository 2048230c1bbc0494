using PromptGateway.Keys;

namespace PromptGateway.Storage.Sqlite;

/// <summary>The <c>settings</c> table.</summary>
internal sealed class SqliteSettings(SqliteDatabase database) : ISettingsStore, IDisposable
{
    private readonly SqliteSession _session = new(database, Durability.PowerLoss);

    public Task<string?> FindAsync(string name, CancellationToken cancellationToken) =>
        _session.RunAsync(
            connection =>
            {
                using var command = connection.Command("SELECT value FROM settings WHERE name = $name", ("$name", name));
                return command.ExecuteScalar() as string;
            },
            cancellationToken
        );

    public Task<bool> TryAddAsync(string name, string value, CancellationToken cancellationToken) =>
        _session.RunAsync(
            connection =>
                connection.Execute(
                    "INSERT INTO settings (name, value) VALUES ($name, $value) ON CONFLICT DO NOTHING",
                    ("$name", name),
                    ("$value", value)
                ) == 1,
            cancellationToken
        );

    public void Dispose() => _session.Dispose();
}
