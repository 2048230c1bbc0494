using System.Globalization;
using PromptGateway.Benchmarks.Corpus;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Benchmarks.Proof;

/// <summary><c>cache</c>: replays the corpus' conversations turn by turn against the cache model, without and with each policy.</summary>
internal static class CacheCommand
{
    private static readonly string[] Kinds = ["long-chat", "agent-coding", "agent-operations", "agent-short"];

    /// <summary>The built-in ones, and two of them as they would be if prompts could become too short for a cache.</summary>
    private static readonly OptimizationPolicy[] Policies =
    [
        .. BuiltInPolicies.All,
        BuiltInPolicies.Safe with
        {
            Name = "safe 0",
            CacheableTokens = 0,
        },
        BuiltInPolicies.Lossless with
        {
            Name = "lossless 0",
            CacheableTokens = 0,
        },
    ];

    /// <param name="more">How many more short conversations than the corpus has.</param>
    public static int Run(int more = 0)
    {
        var conversations = CorpusGenerator.Generate().Where(item => Kinds.Contains(item.Kind)).ToList();
        conversations.AddRange(CorpusGenerator.ShortConversations(more));
        var dearer = 0;
        foreach (var market in ReplayMarket.All)
        {
            Print($"\n{market.Name}");
            Print(
                $"  policy          cost saved %          cached/input    of the client's text   tokens not cached       requests for which ... of"
            );
            Print(
                $"                least median    all    before  after     before  after        before      after    tokens up  text down  share down (arithmetic)  dearer, without steps"
            );
            foreach (var policy in Policies)
            {
                var results = conversations
                    .AsParallel()
                    .AsOrdered()
                    .Select(item => ConversationTurns.Of(item.Body, market))
                    .Select(turns => (Before: CacheReplay.Run(turns, market, null), After: CacheReplay.Run(turns, market, policy)))
                    .ToList();
                var worse = Report(policy, results);
                if (policy.CacheableTokens > 0)
                    dearer += worse;
            }
        }
        return dearer == 0 ? 0 : 1;
    }

    private static int Report(OptimizationPolicy policy, List<(ReplayCost Before, ReplayCost After)> results)
    {
        var shares = results.Select(result => 100 * (1 - (result.After.Cost / result.Before.Cost))).Order().ToList();
        var all = 100 * (1 - (results.Sum(result => result.After.Cost) / results.Sum(result => result.Before.Cost)));
        var worse = results.Count(result => result.After.Cost > result.Before.Cost);
        // Half a token's worth is rounding of ours.
        var withoutSteps = results.Count(result => result.After.CostWithoutSteps > result.Before.CostWithoutSteps + 0.5);
        var cache = CacheFigures.Of(results);
        Print(
            $"  {policy.Name, -13} {shares[0], 5:0.0} {shares[shares.Count / 2], 6:0.0} {all, 6:0.0}    {cache.LiteralBefore, 6:0.0000} {cache.LiteralAfter, 6:0.0000}     {cache.CoverageBefore, 6:0.0000} {cache.CoverageAfter, 6:0.0000}  {cache.UncachedBefore, 10} {cache.UncachedAfter, 10}   {cache.UncachedRose, 10} {cache.CoverageFell, 10} {cache.LiteralFell, 11} {cache.FellByArithmetic, 13} /{cache.Requests, 5} {worse, 7} {withoutSteps, 14}"
        );
        return withoutSteps;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
