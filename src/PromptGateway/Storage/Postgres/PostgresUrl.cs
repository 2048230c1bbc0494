using Npgsql;

namespace PromptGateway.Storage.Postgres;

/// <summary>The form in which most platforms hand out a database: <c>postgres://user:password@host:5432/database?sslmode=require</c>.</summary>
internal static class PostgresUrl
{
    /// <returns>The same in Npgsql's form; null when <paramref name="errors"/> has got an entry.</returns>
    public static string? Read(string text, string source, List<string> errors)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            errors.Add($"{source} is not a valid URL; characters like @ : / ? # in the password must be percent-encoded.");
            return null;
        }
        var user = url.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(url.Host),
            Port = url.Port > 0 ? url.Port : NpgsqlConnection.DefaultPort,
            Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(user[0]),
        };
        if (user.Length == 2)
            builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var parameter in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            if (!TrySet(builder, parameter.Split('=', 2)))
            {
                errors.Add(
                    $"{source} has a URL parameter that is not understood; allowed are sslmode and Npgsql's settings, as in ?sslmode=require."
                );
                return null;
            }
        return builder.ConnectionString;
    }

    private static bool TrySet(NpgsqlConnectionStringBuilder builder, string[] parameter)
    {
        if (parameter.Length != 2)
            return false;
        var value = Uri.UnescapeDataString(parameter[1]);
        try
        {
            if (parameter[0].Equals("sslmode", StringComparison.OrdinalIgnoreCase))
                builder.SslMode = Enum.Parse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
            else
                builder[Uri.UnescapeDataString(parameter[0]).Replace('_', ' ')] = value;
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return false;
        }
    }
}
