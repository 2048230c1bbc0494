using BenchmarkDotNet.Running;
using PromptGateway.Benchmarks.Tokens;

namespace PromptGateway.Benchmarks;

internal static class BenchmarkProgram
{
    private static void Main(string[] args)
    {
        if (args is ["pack-ranks", var input, var output])
            PackRanks.Run(input, output);
        else
            BenchmarkSwitcher.FromAssembly(typeof(BenchmarkProgram).Assembly).Run(args, InProcessShortRun.Config);
    }
}
