using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.RegularExpressions;
using PromptGateway.Cli;
using PromptGateway.Configuration;
using PromptGateway.Tests.Configuration;

namespace PromptGateway.Tests.Deploy;

/// <summary>Commands and settings that the documents show are understood by the program.</summary>
public sealed partial class SnippetTests
{
    [GeneratedRegex(@"^( *)```(\w+)\n(.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    /// <summary>The program by any of its names, and what follows up to the end of the command.</summary>
    [GeneratedRegex(@"^(?:.*[ /])?promptgateway(?: ([a-z][^|;&#<>\n]*))?$")]
    private static partial Regex Call();

    public static TheoryData<string> Pages => CommunityFilesTests.Pages;

    private static IEnumerable<(string Language, string Text)> Blocks(string page) =>
        Block().Matches(RepositoryFiles.Read(page)).Select(match => (match.Groups[2].Value, match.Groups[3].Value));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_InThePage_AreUnderstood(string page)
    {
        var root = RootCommands.Create();
        foreach (var call in Calls(page))
        {
            var arguments = CommandLineParser.SplitCommandLine(call.Replace('\'', '"')).ToArray();
            root.Parse(arguments).Errors.ShouldBeEmpty($"{page}: promptgateway {call}");
        }
    }

    [Fact]
    public void Pages_Together_ShowEveryCommand()
    {
        var calls = CommunityFilesTests.PageNames.SelectMany(Calls).ToArray();

        foreach (var command in (string[])["keys create", "config check", "config show", "usage", "ledger verify", "optimize"])
            calls.ShouldContain(call => call.StartsWith(command, StringComparison.Ordinal), command);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Settings_InThePage_AreAccepted(string page)
    {
        foreach (var (_, text) in Blocks(page).Where(block => block.Language == "json"))
        {
            if (!IsConfiguration(text))
                continue;
            using var folder = new ConfigurationFolder();
            folder.Write("yarp.json", text);

            folder.Check().ShouldBeEmpty($"{page}: {text}");
        }
    }

    private static IEnumerable<string> Calls(string page) =>
        Blocks(page)
            .Where(block => block.Language is "sh" or "bash")
            .SelectMany(block => block.Text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
            .Select(line => Call().Match(line.Trim()))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value);

    /// <summary>By the name of a section as it is written: bodies of the admin API have small letters.</summary>
    private static bool IsConfiguration(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.EnumerateObject().Any(member => KnownSections.Find(member.Name)?.Name == member.Name);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
