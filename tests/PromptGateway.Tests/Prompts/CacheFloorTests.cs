using System.Text;
using System.Text.Json;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

/// <summary>Prompts that stay long enough for the provider's cache.</summary>
public sealed class CacheFloorTests
{
    private const int Floor = 300;

    private static readonly OptimizationPolicy Policy = BuiltInPolicies.Lossless with
    {
        CacheableTokens = Floor,
        TimeBudget = TimeSpan.FromMinutes(1),
    };

    [Fact]
    public void RandomConversation_KeepsItsBeginningAndDoesNotFallBelowTheFloor() =>
        FsCheckRuns.Usual(seed =>
        {
            var format = (RequestFormat)(Math.Abs(seed) % 3);
            var runner = new PolicyRunner(TimeProvider.System);
            var remembering = new PolicyRunner(TimeProvider.System, new SegmentCache(() => 1 << 20, TimeProvider.System));
            byte[]? last = null;
            foreach (var body in RandomPrompts.Conversation(seed, format, 6))
            {
                var after = Run(runner, body, format);
                Run(remembering, body, format).ShouldBe(after);
                if (last is not null)
                    after.AsSpan().StartsWith(last.AsSpan(0, last.Length - "]}".Length)).ShouldBeTrue();
                last = after;
                Tokens(after, format).ShouldBeGreaterThanOrEqualTo(Math.Min(Tokens(body, format), Floor));
            }
        });

    [Fact]
    public void PromptBelowTheFloor_StaysAsItIsAndSaysWhy()
    {
        var body = RandomPrompts.WithResult("{ \"a\":     1,      \"b\":     [ 1,     2,     3,     4 ],     \"c\":     null }");

        using var result = new PolicyRunner(TimeProvider.System).Run(body, RequestFormat.ChatCompletions, Policy);

        result.Body.IsUnchanged.ShouldBeTrue();
        result.Transforms.Single(report => report.Name == "json-compact").SkippedBecause.ShouldBe(SkipReason.KeptCacheable);
        result.Transforms.ShouldAllBe(report => !report.Applied);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SamePartBehindOtherInstructions_IsDecidedForItsOwnPrompt(bool longFirst)
    {
        var remembering = new PolicyRunner(TimeProvider.System, new SegmentCache(() => 1 << 20, TimeProvider.System));
        var (brief, detailed) = (
            WithInstructions("Be brief."),
            WithInstructions(string.Concat(Enumerable.Repeat("Mind the gap. ", Floor)))
        );
        Run(remembering, longFirst ? detailed : brief, RequestFormat.ChatCompletions);

        Run(remembering, brief, RequestFormat.ChatCompletions).ShouldBe(brief);
        Run(remembering, detailed, RequestFormat.ChatCompletions).Length.ShouldBeLessThan(detailed.Length);
    }

    private static byte[] WithInstructions(string instructions) =>
        Encoding.UTF8.GetBytes(
            JsonSerializer.Serialize(
                new
                {
                    messages = (object[])
                        [
                            new { role = "system", content = instructions },
                            new { role = "user", content = "What is wrong?" },
                            new
                            {
                                role = "tool",
                                content = "{ \"a\":     1,      \"b\":     [ 1,     2,     3,     4 ],     \"c\":     null }",
                            },
                        ],
                }
            )
        );

    private static byte[] Run(PolicyRunner runner, byte[] body, RequestFormat format)
    {
        using var result = runner.Run(body, format, Policy);
        return result.Body.ToArray();
    }

    private static long Tokens(byte[] body, RequestFormat format) => RequestTokenCount.Of(body, format, "gpt-4o").Tokens;
}
