using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace PromptGateway.Benchmarks.Proof;

/// <summary>
/// <c>prove --cases N [--from SEED] [--cores N]</c>: random cases over all built-in policies; prints what is violated, and one line that
/// sums up. Exit code 1 when anything is.
/// </summary>
internal static class ProveCommand
{
    private const int MostShown = 40;
    private const int Step = 10_000;

    public static int Run(string[] args)
    {
        var cases = Number(args, "--cases", 100_000);
        var from = Number(args, "--from", 1);
        var cores = Number(args, "--cores", Environment.ProcessorCount);
        var started = Stopwatch.GetTimestamp();
        var faults = new ConcurrentBag<ProofFault>();
        var done = 0;
        Parallel.For(
            from,
            from + cases,
            new ParallelOptions { MaxDegreeOfParallelism = cores },
            seed =>
            {
                foreach (var fault in PolicyProof.Check(seed))
                    faults.Add(fault);
                if (Interlocked.Increment(ref done) % Step == 0)
                    Print($"{done} cases, {faults.Count} violations, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
            }
        );
        foreach (var fault in faults.OrderBy(fault => fault.Seed).Take(MostShown))
            Print($"{fault}");
        var kinds = string.Join(", ", Enum.GetValues<ProofKind>().Select(kind => $"{kind} {faults.Count(fault => fault.Kind == kind)}"));
        Print(
            $"{cases} cases (seeds {from} to {from + cases - 1}) in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s on {cores} cores: {faults.Count} violations ({kinds})"
        );
        return faults.IsEmpty ? 0 : 1;
    }

    private static int Number(string[] args, string name, int standard)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : standard;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
