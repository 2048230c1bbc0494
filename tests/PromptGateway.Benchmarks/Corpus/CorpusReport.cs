using System.Diagnostics;
using System.Globalization;
using PromptGateway.Prompts.Policies;
using PromptGateway.Tokens;

namespace PromptGateway.Benchmarks.Corpus;

/// <summary>Prints the share of o200k tokens that policies and single transforms save, by kind of content, and the CPU time they take.</summary>
internal static class CorpusReport
{
    private const int Rounds = 24;

    /// <summary>Kinds that a requirement takes together. "All" is the share of the tokens of all their requests: large ones count for more.</summary>
    private static readonly (string Name, string[] Kinds)[] Together =
    [
        ("= JSON tool results", ["json-api", "json-rows", "json-record", "json-lines-log"]),
        ("= agent conversations", ["agent-coding", "agent-operations", "agent-short"]),
    ];

    private static readonly PolicyRunner Runner = new(TimeProvider.System);

    /// <param name="kinds">Kinds of content; none: all.</param>
    public static void Run(string[] kinds)
    {
        var corpus = CorpusGenerator.Generate().Where(item => kinds.Length == 0 || kinds.Contains(item.Kind)).ToList();
        Print($"{corpus.Count} requests, {corpus.Sum(item => item.Body.Length) / 1024} KB; tokens: o200k_base, whole request");
        // What is measured is compiled code, as in a gateway that has run for a minute.
        foreach (var item in corpus.Concat(corpus))
            Measure(item, BuiltInPolicies.Agent);
        foreach (var policy in BuiltInPolicies.All)
            Report(policy, corpus);
        // Most requests of one result are shorter than what an agent sends, and shorter than what a cache takes.
        foreach (var policy in (OptimizationPolicy[])[BuiltInPolicies.Safe, BuiltInPolicies.Lossless])
            Report(policy with { Name = $"{policy.Name}, CacheableTokens 0", CacheableTokens = 0 }, corpus);
        foreach (var transform in BuiltInPolicies.Agent.Transforms)
            Report(new OptimizationPolicy("only " + transform.Name, [transform]), corpus);
    }

    private static void Report(OptimizationPolicy policy, List<CorpusItem> corpus)
    {
        Print($"\n{policy.Name, -27}   least median  p90    all   ms/100KB median  ms a request p99");
        var measured = corpus
            .Select(item => (item.Kind, Result: Measure(item, policy with { TimeBudget = TimeSpan.FromMinutes(1) })))
            .ToList();
        foreach (var kind in measured.GroupBy(item => item.Kind))
            Report(kind.Key, [.. kind.Select(item => item.Result)]);
        foreach (var (name, kinds) in Together)
            if (measured.Where(item => kinds.Contains(item.Kind)).Select(item => item.Result).ToList() is { Count: > 0 } results)
                Report(name, results);
    }

    private static void Report(string kind, List<(long Before, long After, int Bytes, double[] Milliseconds)> results)
    {
        var shares = results.Select(result => 100.0 * (result.Before - result.After) / result.Before).Order().ToList();
        var all = 100.0 * results.Sum(result => result.Before - result.After) / results.Sum(result => result.Before);
        var scaled = results.SelectMany(result => result.Milliseconds.Select(time => time * 102_400 / result.Bytes)).Order().ToList();
        // Not scaled: a pause of the machine while a small request is looked at says nothing of large ones.
        var times = results.SelectMany(result => result.Milliseconds).Order().ToList();
        Print(
            $"  {kind, -24} {At(shares, 0), 6:0.0} {At(shares, 0.5), 6:0.0} {At(shares, 0.9), 6:0.0} {all, 6:0.0}   {At(scaled, 0.5), 10:0.000} {At(times, 0.99), 12:0.000}"
        );
    }

    /// <summary>Times are those of all rounds, with whatever else the machine did meanwhile.</summary>
    private static (long Before, long After, int Bytes, double[] Milliseconds) Measure(CorpusItem item, OptimizationPolicy policy)
    {
        var times = new double[Rounds];
        byte[] after = [];
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            using var result = Runner.Run(item.Body, item.Format, policy);
            times[round] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (round == 0)
                after = result.Body.ToArray();
        }
        return (Tokens(item, item.Body), Tokens(item, after), item.Body.Length, times);
    }

    private static long Tokens(CorpusItem item, byte[] body) => RequestTokenCount.Of(body, item.Format, "gpt-4o").Tokens;

    private static double At(List<double> sorted, double quantile) => sorted[(int)Math.Round(quantile * (sorted.Count - 1))];

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
