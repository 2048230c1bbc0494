using PromptGateway.Benchmarks.Corpus;
using PromptGateway.Benchmarks.Proof;
using PromptGateway.Prompts.Policies;

namespace PromptGateway.Tests.Prompts;

/// <summary>A few of the cases that the benchmarks' commands <c>prove</c> and <c>cache</c> go through.</summary>
public sealed class PolicyProofTests
{
    [Fact]
    public void Policies_RandomConversations_KeepAllThatTheyPromise() =>
        Enumerable.Range(500_000_000, 400).SelectMany(PolicyProof.Check).ShouldBeEmpty();

    /// <summary>Cases that were longer in tokens once: objects with few members and names in quotes, as tables with named rows.</summary>
    [Theory]
    [InlineData(79_523)]
    [InlineData(3_016_041)]
    [InlineData(9_032_539)]
    [InlineData(9_048_528)]
    [InlineData(9_099_377)]
    public void Policies_CasesThatOnceBrokeAPromise_KeepIt(int seed) => PolicyProof.Check(seed).ShouldBeEmpty();

    /// <summary>The provider's own cache starts at this many tokens, and counts in steps of so many.</summary>
    private const int SmallestCached = 1024;
    private const int Step = 128;

    [Fact]
    public void Policies_OverThePromptCache_NeverCostMoreAndLoseNoneOfTheCachedText()
    {
        string[] kinds = ["long-chat", "agent-coding", "agent-operations"];
        var conversations = kinds.SelectMany(kind => CorpusGenerator.Generate(kind, 2)).ToList();
        foreach (var market in ReplayMarket.All)
        foreach (var item in conversations)
        {
            var turns = ConversationTurns.Of(item.Body, market);
            var before = CacheReplay.Run(turns, market, null);
            foreach (var policy in BuiltInPolicies.All)
            {
                var after = CacheReplay.Run(turns, market, policy);
                var name = $"{item.Kind} {market.Name} {policy.Name}";
                after.Cost.ShouldBeLessThanOrEqualTo(before.Cost, name);
                // Masking loses some of it, and is paid for by what was saved before.
                if (policy.Name == "agent")
                    continue;
                // A prompt that became too short to be cached is in the cache one request later.
                foreach (
                    var (plain, turn) in before
                        .Turns.Zip(after.Turns)
                        .Skip(1 + after.Turns.TakeWhile(turn => turn.Tokens < SmallestCached).Count())
                )
                {
                    turn.Reread.ShouldBeLessThanOrEqualTo(plain.Reread, name);
                    turn.Uncached.ShouldBeLessThan(plain.Uncached + Step, name);
                }
            }
        }
    }

    /// <summary>Short conversations cross the length from which on providers cache; a policy can see to it that they do so when they would without it.</summary>
    [Fact]
    public void PoliciesThatKeepPromptsCacheable_OverShortConversations_NeverCostMoreAndLoseNoneOfTheCachedText()
    {
        OptimizationPolicy[] policies =
        [
            BuiltInPolicies.Agent,
            BuiltInPolicies.Safe with
            {
                CacheableTokens = SmallestCached,
            },
            BuiltInPolicies.Lossless with
            {
                CacheableTokens = SmallestCached,
            },
        ];
        var conversations = CorpusGenerator.Generate("agent-short", 12).ToList();
        foreach (var market in ReplayMarket.All)
        foreach (var item in conversations)
        {
            var turns = ConversationTurns.Of(item.Body, market);
            var before = CacheReplay.Run(turns, market, null);
            foreach (var policy in policies)
            {
                var after = CacheReplay.Run(turns, market, policy);
                after.Cost.ShouldBeLessThanOrEqualTo(before.Cost, $"{market.Name} {policy.Name}");
                foreach (var (plain, turn) in before.Turns.Zip(after.Turns))
                    turn.Reread.ShouldBeLessThanOrEqualTo(plain.Reread, $"{market.Name} {policy.Name}");
            }
        }
    }
}
