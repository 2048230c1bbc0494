using Microsoft.Data.Sqlite;

namespace PromptGateway.Storage.Sqlite;

/// <summary>Commands whose values are always parameters.</summary>
internal static class SqliteCommands
{
    public static SqliteCommand Command(
        this SqliteConnection connection,
        string sql,
        params ReadOnlySpan<(string Name, object? Value)> values
    )
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, Stored(value));
        return command;
    }

    public static int Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = connection.Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Values by place: <c>$1</c>, <c>$2</c>, ...</summary>
    public static int ExecuteInOrder(this SqliteConnection connection, string sql, params object?[] values) =>
        connection.Execute(sql, [.. values.Select((value, i) => ($"${i + 1}", value))]);

    public static string? TextOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static long? NumberOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private static object Stored(object? value) =>
        value switch
        {
            null => DBNull.Value,
            DateTimeOffset time => SqliteTime.Write(time),
            _ => value,
        };
}
