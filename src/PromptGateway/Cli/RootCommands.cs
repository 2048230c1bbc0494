using System.CommandLine;
using PromptGateway.Cli.Replay;

namespace PromptGateway.Cli;

/// <summary>The command line: one command, several verbs.</summary>
internal static class RootCommands
{
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
