namespace PromptGateway.Storage;

/// <summary>Where the database lives: the given directory, else <c>PROMPTGATEWAY_DATA</c>, else <c>data</c> under the current directory.</summary>
internal static class DataDirectory
{
    public const string EnvironmentVariable = "PROMPTGATEWAY_DATA";

    /// <returns>An absolute path; the directory need not exist yet.</returns>
    public static string Resolve(string? given, string? fromEnvironment) =>
        Path.GetFullPath(
            !string.IsNullOrWhiteSpace(given) ? given
            : !string.IsNullOrWhiteSpace(fromEnvironment) ? fromEnvironment
            : "data"
        );
}
