using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using PromptGateway.Cli;

namespace PromptGateway.Tests.Docs;

/// <summary>Settings and commands that stand in the text of pages, outside of snippets, are those of the program.</summary>
public sealed partial class MentionTests
{
    /// <summary>Read by other means than option types, so not one by one in the reference.</summary>
    private static readonly string[] NotListed = ["Serilog:", "Optimization:Policies:NAME:Transforms"];

    [GeneratedRegex("`([A-Z][A-Za-z]+(?::[A-Z][A-Za-z]+)+)`")]
    private static partial Regex Setting();

    [GeneratedRegex("`promptgateway ([a-z][^`]*)`")]
    private static partial Regex Command();

    public static TheoryData<string> Pages => [.. Snippet.Pages, "docs/runbooks.md", "CHANGELOG.md", "SECURITY.md"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Settings_InTheText_AreInTheReference(string page)
    {
        var reference = RepositoryFiles.Read("docs/reference/configuration.md");
        foreach (var name in Setting().Matches(RepositoryFiles.Read(page)).Select(match => match.Groups[1].Value))
            if (!NotListed.Any(other => name.StartsWith(other, StringComparison.Ordinal)))
                reference.ShouldContain("`" + name, Case.Sensitive, $"{page}: {name}");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_InTheText_AreUnderstood(string page)
    {
        var root = RootCommands.Create();
        foreach (var call in Command().Matches(RepositoryFiles.Read(page)).Select(match => match.Groups[1].Value))
        {
            var parsed = root.Parse(CommandLineParser.SplitCommandLine(call).ToArray());

            // The bare name of a command stands for it, without what it needs.
            parsed.CommandResult.Command.ShouldNotBe(root, $"{page}: promptgateway {call}");
            parsed.UnmatchedTokens.ShouldBeEmpty($"{page}: promptgateway {call}");
        }
    }
}
