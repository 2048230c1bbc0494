using PromptGateway.Simulator.Caching;

namespace PromptGateway.Tests.Simulator;

public sealed class PromptCacheModelTests
{
    private const ulong Scope = 7;

    private readonly TestClock _clock = new();

    private PromptCacheModel Model(PromptCacheOptions? options = null) => new(options ?? new(), _clock);

    private static PromptSegment[] Prompt(params (ulong Hash, int Tokens)[] segments) =>
        [.. segments.Select(segment => new PromptSegment(segment.Hash, segment.Tokens))];

    [Fact]
    public void Automatic_ShorterThanMinimum_IsNeverCached()
    {
        var model = Model();
        var prompt = Prompt((1, 1023));

        model.Automatic(Scope, prompt).ShouldBe(new(0, 0, 0));
        model.Automatic(Scope, prompt).ShouldBe(new(0, 0, 0));
        model.Count.ShouldBe(0);
    }

    [Fact]
    public void Automatic_SamePrompt_HitsInWholeSteps()
    {
        var model = Model();
        var prompt = Prompt((1, 1000), (2, 300));

        model.Automatic(Scope, prompt).ShouldBe(new(0, 1280, 0));
        model.Automatic(Scope, prompt).ShouldBe(new(1280, 0, 0));
    }

    [Fact]
    public void Automatic_GrowingConversation_HitsTheSharedPrefix()
    {
        var model = Model();
        model.Automatic(Scope, Prompt((1, 1024), (2, 100)));

        model.Automatic(Scope, Prompt((1, 1024), (2, 100), (3, 400))).ShouldBe(new(1024, 384, 0));
        model.Automatic(Scope, Prompt((1, 1024), (9, 100), (3, 400))).Cached.ShouldBe(1024);
    }

    [Fact]
    public void Automatic_ChangedBeginning_Misses()
    {
        var model = Model();
        model.Automatic(Scope, Prompt((1, 10), (2, 2000)));

        model.Automatic(Scope, Prompt((5, 10), (2, 2000))).Cached.ShouldBe(0);
    }

    [Fact]
    public void Automatic_OtherScope_Misses()
    {
        var model = Model();
        model.Automatic(Scope, Prompt((1, 2048)));

        model.Automatic(Scope + 1, Prompt((1, 2048))).Cached.ShouldBe(0);
    }

    [Fact]
    public void Automatic_UsedWithinTimeToLive_LivesOn()
    {
        var model = Model();
        var prompt = Prompt((1, 2048));
        model.Automatic(Scope, prompt);
        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(4));
            model.Automatic(Scope, prompt).Cached.ShouldBe(2048);
        }

        _clock.Advance(TimeSpan.FromMinutes(5));

        model.Automatic(Scope, prompt).Cached.ShouldBe(0);
    }

    [Fact]
    public void Automatic_LongerLifeAsked_LivesLonger()
    {
        var model = Model();
        var prompt = Prompt((1, 2048));
        model.Automatic(Scope, prompt, TimeSpan.FromHours(24));

        _clock.Advance(TimeSpan.FromHours(23));

        model.Automatic(Scope, prompt).Cached.ShouldBe(2048);
    }

    [Fact]
    public void Capacity_Exceeded_ForgetsTheLeastRecentlyUsed()
    {
        var model = Model(new() { Capacity = 2 });
        model.Automatic(Scope, Prompt((1, 2048)));
        model.Automatic(Scope, Prompt((2, 2048)));
        model.Automatic(Scope, Prompt((1, 2048)));
        model.Automatic(Scope, Prompt((3, 2048)));

        model.Count.ShouldBe(2);
        model.Automatic(Scope, Prompt((1, 2048))).Cached.ShouldBe(2048);
        model.Automatic(Scope, Prompt((2, 2048))).Cached.ShouldBe(0);
    }

    [Fact]
    public void Explicit_WithoutBreakpoint_IsNeitherReadNorWritten()
    {
        var model = Model();

        model.Explicit(Scope, Prompt((1, 5000))).ShouldBe(new(0, 0, 0));
        model.Explicit(Scope, Prompt((1, 5000))).ShouldBe(new(0, 0, 0));
    }

    [Fact]
    public void Explicit_Breakpoint_WritesUpToItThenReads()
    {
        var model = Model();
        PromptSegment[] prompt = [new(1, 1000), new(2, 500, CacheBreakpoint.FiveMinutes), new(3, 50)];

        model.Explicit(Scope, prompt).ShouldBe(new(0, 1500, 0));
        model.Explicit(Scope, prompt).ShouldBe(new(1500, 0, 0));
    }

    [Fact]
    public void Explicit_MovedBreakpoint_ReadsTheOldEntryAndWritesTheRest()
    {
        var model = Model();
        model.Explicit(Scope, [new(1, 1500, CacheBreakpoint.FiveMinutes)]);

        model.Explicit(Scope, [new(1, 1500), new(2, 100), new(3, 200, CacheBreakpoint.FiveMinutes)]).ShouldBe(new(1500, 300, 0));
    }

    [Theory]
    [InlineData(20, 1500)]
    [InlineData(21, 0)]
    public void Explicit_EntryBeforeTheBreakpoint_IsFoundWithinTheLookBack(int segmentsAfter, long expected)
    {
        var model = Model();
        model.Explicit(Scope, [new(1, 1500, CacheBreakpoint.FiveMinutes)]);
        List<PromptSegment> prompt = [new(1, 1500)];
        for (var i = 1; i <= segmentsAfter; i++)
            prompt.Add(new((ulong)(100 + i), 10, i == segmentsAfter ? CacheBreakpoint.FiveMinutes : CacheBreakpoint.None));

        model.Explicit(Scope, [.. prompt]).Cached.ShouldBe(expected);
    }

    [Fact]
    public void Explicit_BelowTheModelsMinimum_IsSilentlyNotCached()
    {
        var model = Model();
        PromptSegment[] prompt = [new(1, 2000, CacheBreakpoint.FiveMinutes)];

        model.Explicit(Scope, prompt, minimumTokens: 4096).ShouldBe(new(0, 0, 0));
        model.Explicit(Scope, prompt, minimumTokens: 4096).ShouldBe(new(0, 0, 0));
    }

    [Fact]
    public void Explicit_HourEntry_OutlivesTheFiveMinuteOne()
    {
        var model = Model();
        PromptSegment[] prompt = [new(1, 2000, CacheBreakpoint.OneHour), new(2, 300, CacheBreakpoint.FiveMinutes)];
        model.Explicit(Scope, prompt).ShouldBe(new(0, 300, 2000));

        _clock.Advance(TimeSpan.FromMinutes(30));

        model.Explicit(Scope, prompt).ShouldBe(new(2000, 300, 0));
    }
}
