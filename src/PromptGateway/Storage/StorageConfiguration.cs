using System.Globalization;
using Microsoft.Extensions.Options;
using PromptGateway.Storage.Postgres;

namespace PromptGateway.Storage;

/// <summary>Reads <see cref="StorageOptions"/> from the section <c>Storage</c> (<see cref="StorageSection"/>).</summary>
internal static class StorageConfiguration
{
    /// <summary>The short name of <c>Storage:Postgres</c>.</summary>
    public const string DatabaseVariable = "PROMPTGATEWAY_DATABASE";
    private const string PostgresKey = "Storage:Postgres";

    /// <summary>Budgets of a month begin with the sum of its rows: those of the longest month and a day for time zones must stay.</summary>
    public const int ShortestRetentionDays = 32;

    /// <param name="configuration">All of it.</param>
    /// <param name="dataDirectory">For SQLite, and for rows that wait for the database.</param>
    /// <param name="resolve">Replaces <c>${NAME}</c>; calls its second argument with a name that is not set.</param>
    /// <exception cref="OptionsValidationException">With every fault; no secret is in its text.</exception>
    public static StorageOptions Read(IConfiguration configuration, string dataDirectory, Func<string, Action<string>, string> resolve)
    {
        var errors = new List<string>();
        var options = new StorageOptions
        {
            DataDirectory = dataDirectory,
            Postgres = Postgres(configuration[PostgresKey], resolve, errors),
            RetentionDays = RetentionDays(configuration["Storage:RetentionDays"], errors),
        };
        return errors.Count == 0 ? options : throw new OptionsValidationException("Storage", typeof(StorageOptions), errors);
    }

    private static PostgresOptions? Postgres(string? text, Func<string, Action<string>, string> resolve, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var before = errors.Count;
        var resolved = resolve(
            text.Trim(),
            name => errors.Add($"{PostgresKey} refers to the environment variable {name}, which is not set.")
        );
        // A reference is left where only the form is checked, without the values of variables.
        return errors.Count > before || resolved.Contains("${", StringComparison.Ordinal)
            ? null
            : PostgresConnectionString.Read(resolved, $"{PostgresKey} ({DatabaseVariable})", errors);
    }

    private static int? RetentionDays(string? text, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (int.TryParse(text, CultureInfo.InvariantCulture, out var days) && days is >= ShortestRetentionDays and <= 36_500)
            return days;
        errors.Add(
            $"Storage:RetentionDays must be a number of days from {ShortestRetentionDays} to 36500: budgets per month are summed from the "
                + "ledger. Leave it out to keep everything."
        );
        return null;
    }
}
