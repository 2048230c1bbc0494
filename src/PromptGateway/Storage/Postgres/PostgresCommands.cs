using Npgsql;

namespace PromptGateway.Storage.Postgres;

/// <summary>Commands whose values are always parameters, named by place: <c>$1</c>, <c>$2</c>, ...</summary>
internal static class PostgresCommands
{
    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = Stored(value) });
        return command;
    }

    public static async Task<int> ExecuteAsync(
        this NpgsqlConnection connection,
        string sql,
        CancellationToken cancellationToken,
        params object?[] values
    )
    {
        await using var command = connection.Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>The first column of the first row; the default when there is none or it is null.</returns>
    public static async Task<T?> ScalarAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        CancellationToken cancellationToken,
        params object?[] values
    )
    {
        await using var command = connection.Command(sql, values);
        return await command.ExecuteScalarAsync(cancellationToken) is T value ? value : default;
    }

    public static string? TextOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Text(column);

    public static string Text(this NpgsqlDataReader reader, int column) => PostgresText.Read(reader.GetString(column));

    public static long? NumberOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private static object Stored(object? value) =>
        value switch
        {
            null => DBNull.Value,
            string text => PostgresText.Write(text),
            DateTimeOffset time => PostgresTime.Write(time),
            _ => value,
        };
}
