using System.Globalization;
using BenchmarkDotNet.Running;
using PromptGateway.Benchmarks.Corpus;
using PromptGateway.Benchmarks.Load;
using PromptGateway.Benchmarks.Prompts;
using PromptGateway.Benchmarks.Proof;
using PromptGateway.Benchmarks.Tokens;

namespace PromptGateway.Benchmarks;

internal static class BenchmarkProgram
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["load", .. var rest]:
                return await LoadCommand.RunAsync(rest);
            case ["soak", .. var rest]:
                return await SoakCommand.RunAsync(rest);
            case ["replicas", .. var rest]:
                return await ReplicasCommand.RunAsync(rest);
            case ["bare-yarp", .. var rest]:
                return await BareYarp.RunAsync(rest);
            case ["ledger", .. var rest]:
                await LedgerThroughput.RunAsync(rest.FirstOrDefault());
                return 0;
            case ["corpus", .. var kinds]:
                CorpusReport.Run(kinds);
                return 0;
            case ["cold", .. var rest]:
                await ColdStart.RunAsync(warm: rest is ["warm"]);
                return 0;
            case ["prove", .. var rest]:
                return ProveCommand.Run(rest);
            case ["cache", .. var rest]:
                return CacheCommand.Run(rest is ["--short", var more] ? int.Parse(more, CultureInfo.InvariantCulture) : 0);
            case ["pack-ranks", var input, var output]:
                PackRanks.Run(input, output);
                return 0;
            default:
                BenchmarkSwitcher.FromAssembly(typeof(BenchmarkProgram).Assembly).Run(args, InProcessShortRun.Config);
                return 0;
        }
    }
}
