using Npgsql;

namespace PromptGateway.Storage.Postgres;

/// <summary>Containers start in any order: a database that is not there yet is waited for a while.</summary>
internal sealed class PostgresStart(PostgresDatabase database, TimeProvider time, ILogger<PostgresStart> log)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    /// <exception cref="StorageException">It cannot be used; the message says why.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            try
            {
                await using var connection = await database.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException e) when (IsComing(e) && time.GetElapsedTime(started) < Limit)
            {
                if (tries == 1)
                    log.LogWarning("PostgreSQL ({Database}) does not answer yet: {Reason}", database.Name, e.Message);
                await Task.Delay(RetryAfter, time, cancellationToken);
            }
            catch (NpgsqlException e)
            {
                throw new StorageException(
                    $"PostgreSQL ({database.Name}) cannot be used: {e.Message} Check {StorageConfiguration.DatabaseVariable}.",
                    e
                );
            }
        }
    }

    /// <summary>No connection, or a server that is starting; a wrong password stays wrong.</summary>
    private static bool IsComing(NpgsqlException e) =>
        e is not PostgresException refused || refused.SqlState == PostgresErrorCodes.CannotConnectNow;
}
