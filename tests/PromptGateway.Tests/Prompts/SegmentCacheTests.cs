using PromptGateway.Prompts.Map;
using PromptGateway.Prompts.Policies;
using PromptGateway.Prompts.Transforms;
using PromptGateway.Tests.Gateway;
using PromptGateway.Tokens;

namespace PromptGateway.Tests.Prompts;

/// <summary>What was sent for a part stays what is sent for it, whatever the clock does.</summary>
public sealed class SegmentCacheTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void Run_TimeRunsOutInOneTurn_TheNextTurnsKeepWhatWasSent()
    {
        // Three milliseconds a text, five in all: the third of one turn comes too late.
        var policy = new OptimizationPolicy("slow", [new SlowTransform(_clock, TimeSpan.FromMilliseconds(3))]);
        var runner = Runner();
        var turns = Conversation(6);

        using var first = runner.Run(turns[3], RequestFormat.ChatCompletions, policy);
        var sent = first.Body.ToArray();
        using var second = runner.Run(turns[4], RequestFormat.ChatCompletions, policy);
        var next = second.Body.ToArray();
        using var third = runner.Run(turns[5], RequestFormat.ChatCompletions, policy);
        var last = third.Body.ToArray();

        first.RanOutOfTime.ShouldBeTrue();
        Texts(sent).Count(text => text == SlowTransform.Result).ShouldBe(2, "the third and fourth were left");
        StartsLike(next, sent);
        Texts(next).Count(text => text == SlowTransform.Result).ShouldBe(3, "the new one had its time");
        second.RanOutOfTime.ShouldBeFalse();
        StartsLike(last, next);
        Texts(last).Count(text => text == SlowTransform.Result).ShouldBe(4);
    }

    [Fact]
    public void Run_ClockThatJumps_EveryTurnStartsWithTheOneBefore() =>
        FsCheckRuns.Usual(seed =>
        {
            var random = new Random(seed);
            var format = (RequestFormat)(Math.Abs(seed) % 3);
            var runner = Runner();
            var jumpy = BuiltInPolicies.Lossless.Transforms.Prepend(new SlowTransform(_clock, random)).ToArray();
            var policy = new OptimizationPolicy("jumpy", jumpy);
            byte[]? before = null;
            foreach (var turn in RandomPrompts.Conversation(seed, format, 8))
            {
                using var run = runner.Run(turn, format, policy);
                var sent = run.Body.ToArray();
                if (before is not null)
                    StartsLike(sent, before);
                before = sent;
            }
        });

    [Fact]
    public void Run_WithWhatEarlierTurnsGot_GivesTheSameBytesAndReportsAsWithout() =>
        FsCheckRuns.Usual(seed =>
        {
            var format = (RequestFormat)(Math.Abs(seed) % 3);
            var (runner, plain) = (Runner(), new PolicyRunner(_clock));
            foreach (var policy in BuiltInPolicies.All.Select(policy => policy with { CacheableTokens = seed % 2 == 0 ? 0 : 300 }))
            foreach (var turn in RandomPrompts.Conversation(seed, format, 12))
            {
                using var run = runner.Run(turn, format, policy);
                using var alone = plain.Run(turn, format, policy);
                run.Body.ToArray().ShouldBe(alone.Body.ToArray());
                run.Transforms.Select(report => (report.Name, report.BytesSaved))
                    .ShouldBe(alone.Transforms.Select(report => (report.Name, report.BytesSaved)));
            }
        });

    [Fact]
    public void Run_SameResultAgain_IsNotWorkedOnAgain()
    {
        var slow = new SlowTransform(_clock, TimeSpan.Zero);
        var policy = new OptimizationPolicy("slow", [slow]);
        var runner = Runner();
        foreach (var turn in Conversation(5))
            runner.Run(turn, RequestFormat.ChatCompletions, policy).Dispose();

        slow.Calls.ShouldBe(5);
    }

    [Fact]
    public void Run_OtherVersionOfThePolicy_StartsFromNothing()
    {
        var slow = new SlowTransform(_clock, TimeSpan.Zero);
        var runner = Runner();
        var body = Conversation(1)[0];

        runner.Run(body, RequestFormat.ChatCompletions, new OptimizationPolicy("slow", [slow]) { Version = "1" }).Dispose();
        runner.Run(body, RequestFormat.ChatCompletions, new OptimizationPolicy("slow", [slow]) { Version = "2" }).Dispose();

        slow.Calls.ShouldBe(2);
    }

    [Fact]
    public void Cache_MoreThanFits_StaysWithinItsBytes()
    {
        var cache = new SegmentCache(() => 100_000, _clock);
        for (var key = 0; key < 10_000; key++)
            cache.Add((UInt128)key, new SegmentResult { Literal = new byte[1000] });

        cache.Count.ShouldBeInRange(40, 100);
        cache.Find(9_999).ShouldNotBeNull();
        cache.Find(0).ShouldBeNull();
    }

    [Fact]
    public void Cache_UnusedForAnHour_ForgetsAndUsedOnesStay()
    {
        var cache = new SegmentCache(() => 1 << 20, _clock);
        cache.Add(1, new SegmentResult());
        cache.Add(2, new SegmentResult());
        for (var key = 3; key < 7; key++)
        {
            _clock.Advance(TimeSpan.FromMinutes(31));
            cache.Find(1).ShouldNotBeNull();
            cache.Add((UInt128)key, new SegmentResult());
        }

        cache.Find(2).ShouldBeNull();
    }

    [Fact]
    public void Cache_OfNoBytes_RemembersNothing()
    {
        var cache = new SegmentCache(() => 0, _clock);
        cache.Add(1, new SegmentResult());

        cache.Find(1).ShouldBeNull();
    }

    private PolicyRunner Runner() => new(_clock, new SegmentCache(() => 1 << 24, _clock));

    /// <summary>Turns that each add a call and a long result.</summary>
    private static List<byte[]> Conversation(int turns)
    {
        var messages = """{"role":"user","content":"Go"}""";
        var bodies = new List<byte[]>();
        for (var turn = 0; turn < turns; turn++)
        {
            messages += $$$""",{"role":"assistant","tool_calls":[{"id":"c{{{turn}}}"}]},""";
            messages += $$$"""{"role":"tool","tool_call_id":"c{{{turn}}}","content":"{{{new string((char)('a' + turn), 100)}}}"}""";
            bodies.Add(System.Text.Encoding.UTF8.GetBytes($$$"""{"model":"m","messages":[{{{messages}}}]}"""));
        }
        return bodies;
    }

    private static void StartsLike(byte[] next, byte[] turn) =>
        next.AsSpan().StartsWith(turn.AsSpan(0, turn.Length - "]}".Length)).ShouldBeTrue();

    private static List<string> Texts(byte[] body)
    {
        using var map = PromptMap.Rent();
        map.TryRead(body, RequestFormat.ChatCompletions).ShouldBeTrue();
        var texts = new List<string>();
        foreach (var segment in map.Segments)
            if (segment.IsEditable)
                texts.Add(System.Text.Encoding.UTF8.GetString(body[(segment.Start + 1)..(segment.End - 1)]));
        return texts;
    }
}
