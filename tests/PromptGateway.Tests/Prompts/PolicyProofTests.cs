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

    [Fact]
    public void Policies_OverThePromptCache_NeverCostMoreThanWithout()
    {
        string[] kinds = ["long-chat", "agent-coding", "agent-operations"];
        var conversations = kinds.SelectMany(kind => CorpusGenerator.Generate(kind, 2)).ToList();
        foreach (var market in ReplayMarket.All)
        foreach (var item in conversations)
        {
            var turns = ConversationTurns.Of(item.Body, market);
            var before = CacheReplay.Run(turns, market, null);
            foreach (var policy in BuiltInPolicies.All)
                CacheReplay
                    .Run(turns, market, policy)
                    .Cost.ShouldBeLessThanOrEqualTo(before.Cost, $"{item.Kind} {market.Name} {policy.Name}");
        }
    }
}
