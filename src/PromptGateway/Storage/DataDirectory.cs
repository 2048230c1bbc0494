namespace PromptGateway.Storage;

/// <summary>Where the database lives: the given directory, else that of the configuration (<c>PROMPTGATEWAY_DATA</c>), else <c>data</c> under the current directory.</summary>
internal static class DataDirectory
{
    public const string EnvironmentVariable = "PROMPTGATEWAY_DATA";

    /// <returns>An absolute path; the directory need not exist yet.</returns>
    public static string Resolve(string? given, string? configured) =>
        Path.GetFullPath(
            !string.IsNullOrWhiteSpace(given) ? given
            : !string.IsNullOrWhiteSpace(configured) ? configured
            : "data"
        );
}
