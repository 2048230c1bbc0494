using System.Globalization;
using Microsoft.Extensions.Options;
using PromptGateway.Storage.Postgres;

namespace PromptGateway.Storage;

/// <summary>
/// Reads <see cref="StorageOptions"/>. PostgreSQL is used when a connection string is given, in this order: <c>PROMPTGATEWAY_DATABASE</c>,
/// <c>PROMPTGATEWAY_DATABASE_FILE</c> (a file that holds it), <c>Storage:Postgres</c>, <c>Storage:PostgresFile</c>; else SQLite.
/// <c>${NAME}</c> in it stands for an environment variable.
/// </summary>
internal static class StorageConfiguration
{
    public const string DatabaseVariable = "PROMPTGATEWAY_DATABASE";

    /// <summary>Budgets of a month begin with the sum of its rows: those of the longest month and a day for time zones must stay.</summary>
    public const int ShortestRetentionDays = 32;

    /// <param name="configuration">All of it, environment included.</param>
    /// <param name="dataDirectory">For SQLite, and for rows that wait for the database.</param>
    /// <param name="environment">Environment variable by name.</param>
    /// <param name="resolve">Replaces <c>${NAME}</c>; calls its second argument with a name that is not set.</param>
    /// <exception cref="OptionsValidationException">With every fault; no secret is in its text.</exception>
    public static StorageOptions Read(
        IConfiguration configuration,
        string dataDirectory,
        Func<string, string?> environment,
        Func<string, Action<string>, string> resolve
    )
    {
        var errors = new List<string>();
        var options = new StorageOptions
        {
            DataDirectory = dataDirectory,
            Postgres = Postgres(configuration, environment, resolve, errors),
            RetentionDays = RetentionDays(configuration["Storage:RetentionDays"], errors),
        };
        return errors.Count == 0 ? options : throw new OptionsValidationException("Storage", typeof(StorageOptions), errors);
    }

    private static PostgresOptions? Postgres(
        IConfiguration configuration,
        Func<string, string?> environment,
        Func<string, Action<string>, string> resolve,
        List<string> errors
    )
    {
        string? Value(string name) => environment(name) is { Length: > 0 } set ? set : configuration[name];
        var before = errors.Count;
        var (source, text) =
            Value(DatabaseVariable) is { Length: > 0 } direct ? (DatabaseVariable, direct)
            : Value(DatabaseVariable + "_FILE") is { Length: > 0 } file ? (DatabaseVariable + "_FILE", FromFile(file, errors))
            : configuration["Storage:Postgres"] is { Length: > 0 } configured ? ("Storage:Postgres", configured)
            : configuration["Storage:PostgresFile"] is { Length: > 0 } named ? ("Storage:PostgresFile", FromFile(named, errors))
            : ("", "");
        if (source.Length == 0)
            return null;
        text = resolve(text.Trim(), name => errors.Add($"{source} refers to the environment variable {name}, which is not set."));
        return errors.Count > before ? null : PostgresConnectionString.Read(text, source, errors);

        string FromFile(string path, List<string> faults)
        {
            try
            {
                return File.ReadAllText(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                faults.Add($"The file with the PostgreSQL connection string cannot be read: {e.Message}");
                return "";
            }
        }
    }

    private static int? RetentionDays(string? text, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (int.TryParse(text, CultureInfo.InvariantCulture, out var days) && days is >= ShortestRetentionDays and <= 36_500)
            return days;
        errors.Add(
            $"Storage:RetentionDays must be a number of days from {ShortestRetentionDays} to 36500: budgets per month are summed from the ledger. "
                + "Leave it out to keep everything."
        );
        return null;
    }
}
