using PromptGateway.Keys;

namespace PromptGateway.Storage.Postgres;

/// <summary>The <c>settings</c> table.</summary>
internal sealed class PostgresSettings(PostgresDatabase database) : ISettingsStore
{
    public async Task<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var value = await connection.ScalarAsync<string>("SELECT value FROM settings WHERE name = $1", cancellationToken, name);
        return value is null ? null : PostgresText.Read(value);
    }

    public async Task<bool> TryAddAsync(string name, string value, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(
                "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                cancellationToken,
                name,
                value
            ) == 1;
    }
}
