using System.CommandLine;
using System.Text;
using PromptGateway.Cli;

namespace PromptGateway.Tests.Cli;

/// <summary>Writes <c>docs/reference/cli.md</c> from the commands themselves.</summary>
internal static class CommandReference
{
    private const string Introduction = """
        # Command line

        <!-- Written from the commands by the tests; see the end of CONTRIBUTING.md for the command. Do not edit. -->

        One program, several commands; without one it serves. Every command has `--help`. Results go to standard output, everything else to
        standard error. `--json` prints results for scripts. Colours are used on terminals only, and not when `NO_COLOR` is set.

        """;

    public static IEnumerable<Command> Commands(Command command) => command.Subcommands.SelectMany(Commands).Prepend(command);

    public static string Write()
    {
        var page = new StringBuilder(Introduction);
        page.Append("\n## Exit codes\n\n| code | meaning |\n|---|---|\n");
        foreach (var (code, meaning) in ExitCodes.All)
            page.Append($"| {code} | {meaning} |\n");
        foreach (var command in Commands(RootCommands.Create()))
            Append(page, command);
        return page.ToString();
    }

    private static void Append(StringBuilder page, Command command)
    {
        page.Append(
            $"\n## `{$"promptgateway {CommandExamples.PathOf(command)}".Trim()}`\n\n{command.Description}.\n".Replace(
                "..",
                ".",
                StringComparison.Ordinal
            )
        );
        var rows = command
            .Arguments.Select(a => (a.Name.ToUpperInvariant(), a.Description))
            .Concat(command.Options.Where(o => o.Name is not ("--help" or "--version")).Select(o => ($"{o.Name}", o.Description)))
            .ToArray();
        if (rows.Length > 0)
            page.Append("\n| argument | meaning |\n|---|---|\n");
        foreach (var (name, description) in rows)
            page.Append($"| `{name}` | {description?.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        if (CommandExamples.Of(command) is { Count: > 0 } examples)
            page.Append($"\n```sh\n{string.Join('\n', examples)}\n```\n");
    }
}
