using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using PromptGateway.Cli;

namespace PromptGateway.Tests.Cli;

public sealed class CommandReferenceTests
{
    private static readonly RootCommand Root = RootCommands.Create();

    public static TheoryData<string> Paths =>
        [.. CommandReference.Commands(Root).Where(c => c.Action is not null).Select(CommandExamples.PathOf)];

    private static Command Find(string path) => CommandReference.Commands(Root).Single(c => CommandExamples.PathOf(c) == path);

    [Fact]
    public void Page_InTheRepository_IsWhatTheCommandsSay()
    {
        var file = RepositoryFiles.Of("docs", "reference", "cli.md");
        var page = CommandReference.Write();
        if (Environment.GetEnvironmentVariable("WRITE_REFERENCE") == "1")
            File.WriteAllText(file, page);

        File.ReadAllText(file).ShouldBe(page, "Write it anew: WRITE_REFERENCE=1 dotnet test -c Release --filter ReferenceTests");
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Examples_OfEveryCommand_AreThereAndAreUnderstood(string path)
    {
        var examples = CommandExamples.Of(Find(path));

        examples.ShouldNotBeEmpty();
        foreach (var example in examples)
        {
            var line = Regex.Replace(example, "^([A-Z_]+=\\S+ )*promptgateway ?", "").Replace('\'', '"');
            Root.Parse(CommandLineParser.SplitCommandLine(line).ToArray()).Errors.ShouldBeEmpty(example);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Help_OfEveryCommand_ShowsItsExamplesAndTheExitCodes(string path)
    {
        var run = await CommandRun.OfAsync([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain(CommandExamples.Of(Find(path))[0]);
        run.Output.ShouldContain("Exit codes:");
        run.Output.ShouldContain(("  promptgateway " + path).TrimEnd() + " ", Case.Sensitive, "The program's file has another name.");
    }

    /// <summary>Scripts read JSON; what only starts, asks or answers by its exit code has nothing to print.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public void Json_OfEveryCommandWithResults_CanBeAskedFor(string path)
    {
        if (path is not ("" or "serve" or "health"))
            Find(path).Options.ShouldContain(option => option.Name == "--json");
        else
            Find(path).Options.ShouldNotContain(option => option.Name == "--json");
    }

    [Fact]
    public async Task Output_OfAnyCommand_HasNoColoursWhenItIsNotATerminal() =>
        (await CommandRun.OfAsync("--help")).Output.ShouldNotContain("\u001b[");
}
