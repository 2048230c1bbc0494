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

    /// <summary>The provider's own cache counts in steps of so many tokens.</summary>
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
                NoDearer(before, after, name);
                // Masking loses some of it, and is paid for by what was saved before.
                if (policy.Name == "agent")
                    continue;
                foreach (var (plain, turn) in before.Turns.Zip(after.Turns))
                {
                    turn.Reread.ShouldBeLessThanOrEqualTo(plain.Reread, name);
                    turn.Uncached.ShouldBeLessThan(plain.Uncached + Step, name);
                }
            }
        }
    }

    /// <summary>Short conversations cross the length from which on providers cache; with a policy they do so when they would without it.</summary>
    [Fact]
    public void Policies_OverShortConversations_NeverCostMoreAndLoseNoneOfTheCachedText()
    {
        var conversations = CorpusGenerator.Generate("agent-short", 12).ToList();
        foreach (var market in ReplayMarket.All)
        foreach (var item in conversations)
        {
            var turns = ConversationTurns.Of(item.Body, market);
            var before = CacheReplay.Run(turns, market, null);
            foreach (var policy in BuiltInPolicies.All)
            {
                var after = CacheReplay.Run(turns, market, policy);
                NoDearer(before, after, $"{market.Name} {policy.Name}");
                foreach (var (plain, turn) in before.Turns.Zip(after.Turns))
                    turn.Reread.ShouldBeLessThanOrEqualTo(plain.Reread, $"{market.Name} {policy.Name}");
            }
        }
    }

    /// <summary>Where two prompts lie on different sides of a step, the provider's rounding can cost the shorter one a step.</summary>
    private static void NoDearer(ReplayCost before, ReplayCost after, string name)
    {
        after.CostWithoutSteps.ShouldBeLessThanOrEqualTo(before.CostWithoutSteps + 0.5, name);
        after.Cost.ShouldBeLessThan(before.Cost + Step, name);
    }
}
