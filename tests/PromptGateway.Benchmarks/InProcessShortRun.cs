using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace PromptGateway.Benchmarks;

/// <summary>
/// Short runs in this process: the project that BenchmarkDotNet generates otherwise does not inherit the pruned package of this one, and
/// so cannot restore where the package index lacks it.
/// </summary>
internal static class InProcessShortRun
{
    public static readonly IConfig Config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
}
