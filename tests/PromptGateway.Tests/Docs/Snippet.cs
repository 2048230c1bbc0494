using System.Text.RegularExpressions;

namespace PromptGateway.Tests.Docs;

/// <summary>A fenced block of a page.</summary>
/// <param name="Page">Path from the root of the repository.</param>
/// <param name="Language">What stands behind the fence; may be empty.</param>
/// <param name="Text">Its lines, without the indentation of the fence.</param>
internal sealed partial record Snippet(string Page, string Language, string Text)
{
    [GeneratedRegex(@"^( *)```(\w*)\n(.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    /// <summary>Pages whose snippets a reader follows.</summary>
    public static string[] Pages =>
        [
            "README.md",
            "CONTRIBUTING.md",
            .. RepositoryFiles.Below("docs/guides", "*.md").Select(file => Path.GetRelativePath(RepositoryFiles.Root, file)),
        ];

    public static IEnumerable<Snippet> Of(string page) =>
        Fence()
            .Matches(RepositoryFiles.Read(page))
            .Select(match => new Snippet(page, match.Groups[2].Value, Dedent(match.Groups[3].Value, match.Groups[1].Length)));

    public static IEnumerable<Snippet> All(string language) => Pages.SelectMany(Of).Where(snippet => snippet.Language == language);

    /// <summary>Commands, each on one line.</summary>
    public string[] Commands => Text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Dedent(string text, int columns) =>
        columns == 0 ? text : string.Join('\n', text.Split('\n').Select(line => line.Length >= columns ? line[columns..] : line));
}
