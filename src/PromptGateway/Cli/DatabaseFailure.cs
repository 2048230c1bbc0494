using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using PromptGateway.Storage;
using PromptGateway.Storage.Sqlite;
using static SQLitePCL.raw;

namespace PromptGateway.Cli;

/// <summary>What a database said when it failed, and what to do about it where that is known.</summary>
internal static class DatabaseFailure
{
    public static string Words(DbException failure) =>
        failure switch
        {
            SqliteException { SqliteErrorCode: var code } when Explain(code) is var (state, advice) =>
                $"The database file {SqliteDatabase.FileName} {state}: {failure.Message} {advice}",
            NpgsqlException and not PostgresException =>
                $"PostgreSQL does not answer: {failure.Message}. Check {StorageConfiguration.DatabaseVariable}.",
            _ => failure.Message,
        };

    private static (string State, string Advice)? Explain(int code) =>
        code switch
        {
            SQLITE_CORRUPT or SQLITE_NOTADB => ("is damaged", "Restore a backup, or move the file away to begin with an empty one."),
            SQLITE_READONLY or SQLITE_PERM or SQLITE_CANTOPEN => (
                "cannot be written",
                "Whoever runs this must be able to write it and its directory (--data)."
            ),
            SQLITE_FULL or SQLITE_IOERR => ("cannot be written", "The disk is full, or failing."),
            SQLITE_BUSY or SQLITE_LOCKED => ("is in use", "Another process holds it for longer than ten seconds; try again."),
            _ => null,
        };
}
