using System.Text.RegularExpressions;

namespace PromptGateway.Tests.Docs;

/// <summary>Commands and code of README and guides do what the page says, at a gateway that has just started.</summary>
public sealed partial class SnippetRunTests(DocumentedGateway gateway) : IClassFixture<DocumentedGateway>
{
    /// <summary>Run as they stand.</summary>
    private static readonly string[] Here = ["promptgateway", "curl", "export"];

    /// <summary>They build, install, or want what a test machine does not have: <see cref="DeploymentSnippetTests"/> goes as far as it can.</summary>
    private static readonly string[] Elsewhere =
    [
        "bash",
        "docker",
        "dotnet",
        "helm",
        "install",
        "kubectl",
        "sqlite3",
        "systemctl",
        "systemd-sysusers",
        // The gateway itself, which would not end.
        "promptgateway serve",
    ];

    /// <summary>Answered with an error while there is nothing to do.</summary>
    private const string NothingToReset = "/admin/optimization/switches/reset";

    /// <summary>The program, behind variables that are set for it.</summary>
    [GeneratedRegex(@"^(?:[A-Z_]+=\S+ )*([\w./-]+)")]
    private static partial Regex Program();

    [GeneratedRegex(@"(?<![\w/.])(?:\./)?(?:deploy|docs|grafana|src|tests)/[\w./-]+")]
    private static partial Regex FileName();

    public static TheoryData<string> PagesWithCommands => [.. Snippet.Pages.Where(page => Runnable(page).Length > 0)];

    [Theory]
    [MemberData(nameof(PagesWithCommands))]
    public async Task Commands_OfThePage_Succeed(string page)
    {
        foreach (var commands in Runnable(page))
        {
            var (exitCode, output) = await gateway.RunAsync(commands);

            exitCode.ShouldBe(0, $"{page}: {string.Join('\n', commands)}\n{output}");
        }
    }

    [Fact]
    public async Task Reset_OfWhatIsNotOff_SaysSo()
    {
        var reset = Snippet.All("sh").SelectMany(snippet => snippet.Commands).Single(IsReset);

        var (_, output) = await gateway.RunAsync([reset]);

        output.ShouldContain("is not switched off");
    }

    public static TheoryData<string> CommandPages => [.. Snippet.Pages];

    [Theory]
    [MemberData(nameof(CommandPages))]
    public void Commands_OfThePage_AreOfKnownProgramsAndNameFilesThatExist(string page)
    {
        foreach (var command in Snippet.Of(page).Where(s => s.Language == "sh").SelectMany(s => s.Commands))
        {
            Here.Concat(Elsewhere).ShouldContain(ProgramOf(command), $"{page}: {command}");
            if (ProgramOf(command) != "kubectl")
                foreach (Match file in FileName().Matches(command))
                    Path.Exists(RepositoryFiles.Of(file.Value)).ShouldBeTrue($"{page}: {file.Value}");
        }
    }

    public static TheoryData<int> NodeSnippets => [.. Enumerable.Range(0, Snippet.All("js").Count())];

    [Theory]
    [MemberData(nameof(NodeSnippets))]
    public async Task JavaScript_WithTheProvidersSdk_GetsAnAnswer(int index)
    {
        var snippet = Snippet.All("js").ElementAt(index);

        var (exitCode, output) = await gateway.RunNodeAsync(snippet.Text);

        exitCode.ShouldBe(0, $"{snippet.Page}: {snippet.Text}\n{output}\nThe SDKs: npm ci --prefix tests/node-sdks");
        output.ShouldContain("simulator");
    }

    private static string[][] Runnable(string page) =>
        [
            .. Snippet
                .Of(page)
                .Where(snippet => snippet.Language == "sh")
                .Select(snippet => snippet.Commands.Where(c => Here.Contains(ProgramOf(c)) && !IsReset(c)).ToArray())
                .Where(commands => commands.Length > 0),
        ];

    private static bool IsReset(string command) => command.Contains(NothingToReset, StringComparison.Ordinal);

    private static string ProgramOf(string command) =>
        command is "promptgateway" or "promptgateway serve" ? "promptgateway serve" : Program().Match(command).Groups[1].Value;
}
