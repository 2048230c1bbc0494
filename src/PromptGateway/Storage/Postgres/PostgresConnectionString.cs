using System.Data.Common;
using Npgsql;

namespace PromptGateway.Storage.Postgres;

/// <summary>
/// Reads <c>postgres://user:password@host:5432/database?sslmode=require</c> or Npgsql's own <c>Host=...;Username=...</c>, and sets the
/// limits that keep a slow or dead server from holding anything up, unless the string sets them itself. No error quotes the string,
/// which holds a password.
/// </summary>
internal static class PostgresConnectionString
{
    private const string Form =
        "write postgres://user:password@host:5432/database or Host=...;Port=5432;Database=...;Username=...;Password=...";

    /// <returns>Null when <paramref name="errors"/> has got an entry.</returns>
    public static PostgresOptions? Read(string text, string source, List<string> errors)
    {
        var before = errors.Count;
        var settings = IsUrl(text) ? PostgresUrl.Read(text, source, errors) : text;
        if (settings is null)
            return null;
        NpgsqlConnectionStringBuilder builder;
        HashSet<string> given;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(settings);
            given = Given(settings);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            errors.Add($"{source} is not a connection string that Npgsql understands: {Form}.");
            return null;
        }
        if (string.IsNullOrWhiteSpace(builder.Host))
            errors.Add($"{source} names no host: {Form}.");
        if (string.IsNullOrWhiteSpace(builder.Database))
            errors.Add($"{source} names no database: {Form}.");
        if (string.IsNullOrWhiteSpace(builder.Username))
            errors.Add($"{source} names no user: {Form}.");
        if (builder.Multiplexing)
            errors.Add($"{source} sets Multiplexing, which does not go together with transactions and LISTEN: leave it out.");
        if (builder.MaxPoolSize < 4)
            errors.Add($"{source} sets Maximum Pool Size below 4: ledger, keys, reports and notifications need a connection each.");
        if (errors.Count > before)
            return null;
        Limit(builder, given);
        try
        {
            // Settings that contradict each other show only here.
            NpgsqlDataSource.Create(builder.ConnectionString).Dispose();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            errors.Add($"{source} has settings that Npgsql does not accept together: {e.Message}");
            return null;
        }
        return new PostgresOptions
        {
            ConnectionString = builder.ConnectionString,
            Name = $"{builder.Database} on {builder.Host}:{builder.Port}",
            Password = builder.Password,
        };
    }

    private static bool IsUrl(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    private static HashSet<string> Given(string settings) =>
        new DbConnectionStringBuilder { ConnectionString = settings }
            .Keys.Cast<string>()
            .Select(key => key.Replace(" ", "", StringComparison.Ordinal))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static void Limit(NpgsqlConnectionStringBuilder builder, HashSet<string> given)
    {
        if (!given.Contains("ApplicationName"))
            builder.ApplicationName = "promptgateway";
        if (!given.Contains("Timeout"))
            builder.Timeout = 5;
        if (!given.Contains("CommandTimeout"))
            builder.CommandTimeout = 10;
        if (!given.Contains("CancellationTimeout"))
            builder.CancellationTimeout = 1000;
        // A replica's share of the server's connections: with the default of 100 two replicas would take them all.
        if (!given.Contains("MaximumPoolSize") && !given.Contains("MaxPoolSize"))
            builder.MaxPoolSize = 20;
        if (!given.Contains("TCPKeepalive"))
            builder.TcpKeepAlive = true;
    }
}
