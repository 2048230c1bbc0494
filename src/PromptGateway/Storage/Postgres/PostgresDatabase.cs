using Npgsql;

namespace PromptGateway.Storage.Postgres;

/// <summary>
/// One PostgreSQL database, over a pool of connections. The first <see cref="OpenAsync"/> brings the schema up to date; any number of
/// replicas may do so at the same time.
/// </summary>
internal sealed class PostgresDatabase(PostgresOptions options) : IAsyncDisposable, IDisposable
{
    private readonly NpgsqlDataSource _source = new NpgsqlDataSourceBuilder(options.ConnectionString).Build();
    private readonly SemaphoreSlim _upgrading = new(1, 1);
    private volatile bool _upgraded;

    /// <summary>Host and database, for people; without credentials.</summary>
    public string Name => options.Name;

    /// <returns>An open connection of the pool; dispose it to give it back.</returns>
    /// <exception cref="StorageException">The schema is newer than this program.</exception>
    /// <exception cref="NpgsqlException">The server cannot be reached, is too slow, or refuses.</exception>
    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (!_upgraded)
            await UpgradeAsync(cancellationToken);
        return await _source.OpenConnectionAsync(cancellationToken);
    }

    /// <summary>Opens a connection, works in a transaction, commits; whatever throws leaves nothing behind.</summary>
    public async Task<T> WriteAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await work(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>Several queries over one snapshot.</summary>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        return await work(connection, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _upgrading.Dispose();
        return _source.DisposeAsync();
    }

    public void Dispose()
    {
        _upgrading.Dispose();
        _source.Dispose();
    }

    private async Task UpgradeAsync(CancellationToken cancellationToken)
    {
        await _upgrading.WaitAsync(cancellationToken);
        try
        {
            if (_upgraded)
                return;
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await PostgresSchema.UpgradeAsync(connection, cancellationToken);
            _upgraded = true;
        }
        finally
        {
            _upgrading.Release();
        }
    }
}
