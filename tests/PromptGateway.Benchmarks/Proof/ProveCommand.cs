using System.Diagnostics;
using System.Globalization;

namespace PromptGateway.Benchmarks.Proof;

/// <summary><c>prove --cases N [--from SEED]</c>: random cases over all built-in policies; prints what is violated.</summary>
internal static class ProveCommand
{
    private const int MostShown = 40;

    public static int Run(string[] args)
    {
        var cases = Number(args, "--cases", 100_000);
        var from = Number(args, "--from", 1);
        var started = Stopwatch.GetTimestamp();
        var faults = new System.Collections.Concurrent.ConcurrentBag<string>();
        var done = 0;
        Parallel.For(
            from,
            from + cases,
            seed =>
            {
                try
                {
                    foreach (var fault in PolicyProof.Check(seed))
                        faults.Add(fault);
                }
                // That it threw is what is to be reported.
                catch (Exception e)
                {
                    faults.Add($"seed {seed}: {e.GetType().Name}: {e.Message}");
                }
                if (Interlocked.Increment(ref done) % 10_000 == 0)
                    Print($"{done} cases, {faults.Count} violations, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
            }
        );
        foreach (var fault in faults.Order(StringComparer.Ordinal).Take(MostShown))
            Print($"{fault}");
        Print($"{cases} cases in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s: {faults.Count} violations");
        return faults.IsEmpty ? 0 : 1;
    }

    private static int Number(string[] args, string name, int standard)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : standard;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
