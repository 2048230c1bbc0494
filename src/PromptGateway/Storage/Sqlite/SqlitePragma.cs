using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PromptGateway.Storage.Sqlite;

/// <summary>Pragmas take no parameters; they are only ever given constants of this program.</summary>
internal static class SqlitePragma
{
    public static void Execute(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA " + pragma;
        command.ExecuteNonQuery();
    }

    public static string Read(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA " + pragma;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }
}
