using Microsoft.Data.Sqlite;

namespace PromptGateway.Storage.Sqlite;

/// <summary>
/// Transactions whose failure says why they failed. Those of ADO.NET do not: a commit that finds the disk full has rolled back by
/// itself, and their own end then fails because nothing is left to roll back.
/// </summary>
internal static class SqliteTransactions
{
    /// <summary>Does the work in a transaction that holds the write lock from its start.</summary>
    public static T Write<T>(this SqliteConnection connection, Func<T> work)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            var result = work();
            connection.Execute("COMMIT");
            return result;
        }
        catch
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
                connection.Execute("ROLLBACK");
            throw;
        }
    }
}
