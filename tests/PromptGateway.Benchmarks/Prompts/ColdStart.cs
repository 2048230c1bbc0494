using System.Diagnostics;
using System.Globalization;
using PromptGateway.Benchmarks.Corpus;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Benchmarks.Prompts;

/// <summary>
/// <c>cold</c>, <c>cold warm</c>: how long the first prompts take in a process that has just started, without and with what the gateway
/// does at its start.
/// </summary>
internal static class ColdStart
{
    public static async Task RunAsync(bool warm)
    {
        var items = CorpusGenerator.Generate().GroupBy(item => item.Kind).Select(kind => kind.First()).ToList();
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        if (warm)
        {
            await new PolicyWarmUp().StartAsync(CancellationToken.None);
            await PolicyWarmUp.Done;
        }
        Print(
            $"warm-up: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms, {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds:0} ms CPU"
        );
        var runner = new PolicyRunner(TimeProvider.System);
        foreach (var policy in (OptimizationPolicy[])[BuiltInPolicies.Safe, BuiltInPolicies.Lossless])
        foreach (var item in items)
        {
            var before = Environment.CpuUsage.TotalTime;
            started = Stopwatch.GetTimestamp();
            using var result = runner.Run(item.Body, item.Format, policy);
            var time = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var used = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
            Print(
                $"{policy.Name, -10} {item.Kind, -24} {item.Body.Length / 1024, 6} KB {time, 8:0.00} ms {used, 8:0.00} ms CPU {(result.RanOutOfTime ? "out of time" : "")}"
            );
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
