namespace PromptGateway.Tests.Grafana;

/// <summary>Files of the repository that the tests run in.</summary>
internal static class RepositoryFiles
{
    private static readonly string Root = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "PromptGateway.sln")))
            directory = directory.Parent;
        return directory.FullName;
    }
}
