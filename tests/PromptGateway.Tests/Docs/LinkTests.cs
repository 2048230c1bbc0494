using System.Text.RegularExpressions;
using PromptGateway.Tests.Deploy;

namespace PromptGateway.Tests.Docs;

/// <summary>Links to headings, and mentions of pages in files that are no pages. That linked files exist: <see cref="CommunityFilesTests"/>.</summary>
public sealed partial class LinkTests
{
    [GeneratedRegex(@"\]\((?!https?:|mailto:)([^)#\s]*)#([^)\s]+)\)")]
    private static partial Regex LinkToHeading();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\bdocs/[\w./-]+\.md\b")]
    private static partial Regex PageName();

    [GeneratedRegex(@"^ *```.*?^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    public static TheoryData<string> Pages => CommunityFilesTests.Pages;

    [Theory]
    [MemberData(nameof(Pages))]
    public void Anchors_OfLinksInThePage_AreHeadings(string page)
    {
        var folder = Path.GetDirectoryName(RepositoryFiles.Of(page))!;
        foreach (Match link in LinkToHeading().Matches(RepositoryFiles.Read(page)))
        {
            var target = link.Groups[1].Value is { Length: > 0 } path ? Path.Combine(folder, path) : RepositoryFiles.Of(page);
            Anchors(File.ReadAllText(target)).ShouldContain(link.Groups[2].Value, $"{page}: {link.Value}");
        }
    }

    [Fact]
    public void Pages_NamedInDeploymentAndConfiguration_Exist()
    {
        foreach (var folder in (string[])["deploy", "grafana"])
        foreach (var file in RepositoryFiles.Below(folder, "*"))
        foreach (Match name in PageName().Matches(File.ReadAllText(file)))
            File.Exists(RepositoryFiles.Of(name.Value)).ShouldBeTrue($"{file}: {name.Value}");
    }

    [Fact]
    public void Index_OfTheDocuments_NamesEveryGuide()
    {
        var index = RepositoryFiles.Read("docs/README.md");

        foreach (var guide in Directory.GetFiles(RepositoryFiles.Of("docs", "guides")))
            index.ShouldContain($"(guides/{Path.GetFileName(guide)})");
    }

    /// <summary>As GitHub makes them: lower case, punctuation gone, blanks as hyphens.</summary>
    private static IEnumerable<string> Anchors(string page) =>
        Heading()
            .Matches(Fence().Replace(page, ""))
            .Select(heading =>
                string.Concat(
                    heading
                        .Groups[1]
                        .Value.ToLowerInvariant()
                        .Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')
                        .Select(c => c == ' ' ? '-' : c)
                )
            );
}
