using System.Text;
using System.Text.Json;
using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

public sealed class PolicyRunnerTests
{
    private static readonly RequestFormat[] Formats = [RequestFormat.ChatCompletions, RequestFormat.Responses, RequestFormat.Messages];
    private static readonly PolicyRunner Runner = new(TimeProvider.System);

    [Fact]
    public void Run_RandomConversations_NeverLongerAlwaysJsonAndTheRestUntouched() =>
        FsCheckRuns.Thorough(seed =>
        {
            var format = FormatOf(seed);
            var body = RandomPrompts.Body(seed, format);
            foreach (var policy in BuiltInPolicies.All.Select(WithoutHints))
            {
                using var result = Run(body, format, policy);
                var after = result.Body.ToArray();
                after.Length.ShouldBeLessThanOrEqualTo(body.Length);
                JsonDocument.Parse(after).Dispose();
                Rest(after, format).ShouldBe(Rest(body, format));
                result.Transforms.ShouldAllBe(report =>
                    report.SkippedBecause != SkipReason.SurvivorCheck && report.SkippedBecause != SkipReason.Failed
                );
            }
        });

    [Fact]
    public void Run_OnItsOwnResult_ChangesNothing() =>
        FsCheckRuns.Thorough(seed =>
        {
            var format = FormatOf(seed);
            var body = RandomPrompts.Body(seed, format);
            foreach (var policy in BuiltInPolicies.All)
            {
                var once = Optimized(body, format, policy);
                Encoding.UTF8.GetString(Optimized(once, format, policy)).ShouldBe(Encoding.UTF8.GetString(once));
            }
        });

    [Fact]
    public void Run_NextTurn_KeepsThePrefixOfTheLast() =>
        FsCheckRuns.Usual(seed =>
        {
            var format = FormatOf(seed);
            var turns = RandomPrompts
                .Conversation(seed, format, 6)
                .Select(body => Optimized(body, format, BuiltInPolicies.Lossless))
                .ToList();
            foreach (var (turn, next) in turns.Zip(turns.Skip(1)))
                next.AsSpan().StartsWith(turn.AsSpan(0, turn.Length - "]}".Length)).ShouldBeTrue();
        });

    [Fact]
    public void Restore_OfLossless_GivesTheTextsBack() =>
        FsCheckRuns.Thorough(seed =>
        {
            var format = FormatOf(seed);
            var body = RandomPrompts.Body(seed, format);
            // White space that a terminal does not show is the one thing that does not come back: so it is taken out before.
            var clean = Optimized(body, format, BuiltInPolicies.Safe);
            var restored = Restorer.Restore(Optimized(clean, format, BuiltInPolicies.Lossless), format).ShouldNotBeNull();
            var before = Texts(clean, format);
            var after = Texts(restored, format);
            // A client may send what an earlier run made: that is decoded like the run's own result.
            var decoded = Texts(Restorer.Restore(clean, format).ShouldNotBeNull(), format);
            after.Count.ShouldBe(before.Count);
            for (var index = 0; index < after.Count; index++)
                SameText(Encodings.IsEncoded(Encoding.UTF8.GetBytes(before[index])) ? decoded[index] : before[index], after[index])
                    .ShouldBeTrue($"{before[index]}\n---\n{after[index]}");
        });

    [Fact]
    public void Run_AnyBytes_NeverThrows() =>
        FsCheckRuns.Thorough(seed =>
        {
            var random = new Random(seed);
            var format = FormatOf(seed);
            var body = RandomPrompts.Body(seed, format);
            for (var hits = random.Next(1, 6); hits > 0; hits--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            body = body[..random.Next(body.Length + 1)];
            Optimized(body, format, WithoutHints(BuiltInPolicies.Agent)).Length.ShouldBeLessThanOrEqualTo(body.Length);
            _ = Restorer.Restore(body, format);
        });

    [Fact]
    public void Run_BudgetOver_LeavesTheRestAlone()
    {
        var body = RandomPrompts.WithResult("[ 1,  2,  3,     4,        5,            6,           7,         8,          9 ]");
        using var result = Run(body, RequestFormat.ChatCompletions, BuiltInPolicies.Safe with { TimeBudget = TimeSpan.FromTicks(-1) });
        result.RanOutOfTime.ShouldBeTrue();
        result.Body.IsUnchanged.ShouldBeTrue();
        result.Transforms.ShouldAllBe(report => report.SkippedBecause == SkipReason.TimeBudget);
    }

    [Fact]
    public void Run_NoToolResults_SaysSo()
    {
        var body = "{\"messages\":[{\"role\":\"user\",\"content\":\"[ 1 ]\"}]}"u8.ToArray();
        using var result = Run(body, RequestFormat.ChatCompletions, BuiltInPolicies.Lossless);
        result.SkippedBecause.ShouldBe(SkipReason.NoToolResults);
        result.Body.IsUnchanged.ShouldBeTrue();
    }

    /// <summary>Hints for a cache are no part of the prompt, and make the body longer.</summary>
    private static OptimizationPolicy WithoutHints(OptimizationPolicy policy) =>
        policy with
        {
            Transforms = [.. policy.Transforms.Where(transform => transform is not CacheHintsTransform)],
        };

    private static RequestFormat FormatOf(int seed) => Formats[Math.Abs(seed % Formats.Length)];

    private static OptimizedPrompt Run(byte[] body, RequestFormat format, OptimizationPolicy policy) =>
        Runner.Run(
            body,
            format,
            policy with
            {
                TimeBudget = policy.TimeBudget < TimeSpan.Zero ? policy.TimeBudget : TimeSpan.FromMinutes(1),
                // What is short must hold too.
                CacheableTokens = 0,
            }
        );

    private static byte[] Optimized(byte[] body, RequestFormat format, OptimizationPolicy policy)
    {
        using var result = Run(body, format, policy);
        return result.Body.ToArray();
    }

    /// <summary>The body with every tool result's literal taken out.</summary>
    private static string Rest(byte[] body, RequestFormat format)
    {
        using var map = PromptMap.Rent();
        map.TryRead(body, format).ShouldBeTrue();
        var rest = new StringBuilder();
        var at = 0;
        foreach (var segment in map.Segments)
        {
            if (!segment.IsEditable)
                continue;
            rest.Append(Encoding.UTF8.GetString(body.AsSpan(at, segment.Start - at)));
            at = segment.End;
        }
        return rest.Append(Encoding.UTF8.GetString(body.AsSpan(at))).ToString();
    }

    private static List<string> Texts(byte[] body, RequestFormat format)
    {
        using var map = PromptMap.Rent();
        map.TryRead(body, format).ShouldBeTrue();
        var texts = new List<string>();
        foreach (var segment in map.Segments)
            if (segment.IsText)
                texts.Add(JsonSerializer.Deserialize<string>(body.AsSpan(segment.Start, segment.Length))!);
        return texts;
    }

    /// <summary>The same text, or the same JSON with the same lexemes, in fenced blocks too.</summary>
    private static bool SameText(string before, string after) =>
        before == after || NonSpace.Equal(Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after));
}
