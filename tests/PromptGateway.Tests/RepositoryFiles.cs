namespace PromptGateway.Tests;

/// <summary>Files of the repository that tests hold to the truth.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = Find();

    public static string Of(params string[] path) => Path.Combine([Root, .. path]);

    public static string Read(params string[] path) => File.ReadAllText(Of(path));

    /// <summary>Files below a folder, without what builds leave behind.</summary>
    public static IEnumerable<string> Below(string folder, string pattern) =>
        Directory
            .EnumerateFiles(Of(folder), pattern, SearchOption.AllDirectories)
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "PromptGateway.sln")))
            directory = directory.Parent;
        return directory.FullName;
    }
}
