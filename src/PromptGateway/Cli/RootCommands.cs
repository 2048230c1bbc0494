using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using PromptGateway.Cli.Replay;

namespace PromptGateway.Cli;

/// <summary>The command line: one command, several verbs.</summary>
internal static class RootCommands
{
    /// <summary>Runs what the arguments say. Of arguments that are not understood only that is said: the whole help would hide it.</summary>
    public static async Task<int> RunAsync(string[] args, InvocationConfiguration configuration)
    {
        var parsed = Create().Parse(args);
        // The command line ends a process two seconds after SIGTERM or Ctrl+C, done or not. A gateway lets its open streams end, and writes
        // its books; how long that may take is the host's to say (Forwarding:DrainTimeout).
        if (parsed.CommandResult.Command is RootCommand or { Name: ServeCommand.Name })
            configuration.ProcessTerminationTimeout = Timeout.InfiniteTimeSpan;
        // A command without its verb gets the help: it lists the verbs.
        var verbMissing = parsed.CommandResult.Command.Action is null && parsed.UnmatchedTokens.Count == 0;
        if (parsed.Action is not ParseErrorAction || verbMissing)
            return await parsed.InvokeAsync(configuration);
        foreach (var error in parsed.Errors)
            // A word that is no verb is one mistake, not also a verb that is missing.
            if (parsed.CommandResult.Command.Action is not null || parsed.UnmatchedTokens.Any(error.Message.Contains))
                await configuration.Error.WriteLineAsync(ParseErrorText.Plain(error.Message));
        await configuration.Error.WriteLineAsync($"'{Words(parsed.CommandResult)} --help' says what is understood.");
        return 1;
    }

    private static string Words(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{Words(parent)} {command.Command.Name}" : "promptgateway";

    public static RootCommand Create()
    {
        var root = new RootCommand("PromptGateway: an LLM gateway with an OpenAI-compatible API.");
        ServeCommand.AddTo(root);
        root.Subcommands.Add(ServeCommand.Create());
        root.Subcommands.Add(KeysCommand.Create());
        root.Subcommands.Add(UsageCommand.Create());
        root.Subcommands.Add(LedgerCommand.Create());
        root.Subcommands.Add(BudgetsCommand.Create());
        root.Subcommands.Add(OptimizeCommand.Create());
        root.Subcommands.Add(ReplayCommand.Create());
        root.Subcommands.Add(ConfigCommand.Create());
        root.Subcommands.Add(HealthCommand.Create());
        ExamplesHelp.AddTo(root);
        return root;
    }
}
