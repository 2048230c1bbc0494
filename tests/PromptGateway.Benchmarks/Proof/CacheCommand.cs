using System.Globalization;
using PromptGateway.Benchmarks.Corpus;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Benchmarks.Proof;

/// <summary><c>cache</c>: replays the corpus' conversations turn by turn against the cache model, without and with each policy.</summary>
internal static class CacheCommand
{
    private static readonly string[] Kinds = ["long-chat", "agent-coding", "agent-operations"];

    public static int Run()
    {
        var conversations = CorpusGenerator.Generate().Where(item => Kinds.Contains(item.Kind)).ToList();
        var dearer = 0;
        foreach (var market in ReplayMarket.All)
        {
            Print(
                $"\n{market.Name, -44} cost saved: least median    all   cached share before  after   re-sent and read before  after  dearer"
            );
            foreach (var policy in BuiltInPolicies.All)
            {
                var results = conversations
                    .AsParallel()
                    .AsOrdered()
                    .Select(item => ConversationTurns.Of(item.Body, market))
                    .Select(turns => (Before: CacheReplay.Run(turns, market, null), After: CacheReplay.Run(turns, market, policy)))
                    .ToList();
                var shares = results.Select(result => 100 * (1 - (result.After.Cost / result.Before.Cost))).Order().ToList();
                var all = 100 * (1 - (results.Sum(result => result.After.Cost) / results.Sum(result => result.Before.Cost)));
                var worse = results.Count(result => result.After.Cost > result.Before.Cost);
                dearer += worse;
                Print(
                    $"  {policy.Name, -42} {shares[0], 16:0.0} {shares[shares.Count / 2], 6:0.0} {all, 6:0.0} {Share(results.Select(result => result.Before)), 20:0.000} {Share(results.Select(result => result.After)), 6:0.000} {Hits(results.Select(result => result.Before)), 24:0.000} {Hits(results.Select(result => result.After)), 6:0.000} {worse, 7}"
                );
            }
        }
        return dearer == 0 ? 0 : 1;
    }

    private static double Share(IEnumerable<ReplayCost> costs)
    {
        var list = costs.ToList();
        return (double)list.Sum(cost => cost.Cached) / list.Sum(cost => cost.Tokens);
    }

    private static double Hits(IEnumerable<ReplayCost> costs)
    {
        var list = costs.ToList();
        return (double)list.Sum(cost => cost.Cached) / Math.Max(1, list.Sum(cost => cost.Resent));
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
