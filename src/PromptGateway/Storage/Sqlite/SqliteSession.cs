using Microsoft.Data.Sqlite;

namespace PromptGateway.Storage.Sqlite;

/// <summary>
/// One connection, used by one caller at a time on a pool thread, because ADO.NET on SQLite is synchronous. A connection that
/// failed is thrown away and the next call opens another.
/// </summary>
internal sealed class SqliteSession(SqliteDatabase database, Durability durability) : IDisposable
{
    private static readonly TimeSpan LongestWork = TimeSpan.FromSeconds(15);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private SqliteConnection? _connection;
    private volatile bool _disposed;

    public async Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Run(work), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>As <see cref="RunAsync"/>, in a transaction that holds the write lock from its start.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.Write(() => work(connection)), cancellationToken);

    /// <summary>Work under way ends first: a connection closed under it would lose its rows. What comes later fails.</summary>
    public void Dispose()
    {
        var entered = _gate.Wait(LongestWork);
        _disposed = true;
        _connection?.Dispose();
        _connection = null;
        if (entered)
            _gate.Release();
    }

    private T Run<T>(Func<SqliteConnection, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var connection = _connection ??= database.Open(durability);
        try
        {
            return work(connection);
        }
        catch (SqliteException)
        {
            _connection = null;
            connection.Dispose();
            throw;
        }
    }
}
