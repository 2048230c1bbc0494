using PromptGateway.Prompts.Asking;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Prompts.Models;

public sealed class AnswerCacheTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void FindOrAsk_Known_AsksOnce()
    {
        var cache = new AnswerCache(() => 1 << 20, _clock);
        var asked = 0;

        for (var i = 0; i < 3; i++)
            cache.FindOrAsk("a", () => Ask("x", ref asked), out _);

        asked.ShouldBe(1);
    }

    [Fact]
    public void FindOrAsk_MoreThanItsBytes_ForgetsTheLeastRecentlyUsed()
    {
        var cache = new AnswerCache(() => 1000, _clock);
        var asked = 0;
        foreach (var key in new[] { "a", "b" })
            cache.FindOrAsk(key, () => Ask("text", ref asked), out _);
        cache.Find("a").ShouldNotBeNull();

        foreach (var key in new[] { "c", "d", "e" })
        {
            cache.FindOrAsk(key, () => Ask("text", ref asked), out _);
            cache.Find("a").ShouldNotBeNull();
        }

        cache.Find("b").ShouldBeNull();
        cache.Find("e").ShouldNotBeNull();
    }

    [Fact]
    public void Find_AnHourAfterItsLastUse_IsForgotten()
    {
        var cache = new AnswerCache(() => 1 << 20, _clock);
        var asked = 0;
        cache.FindOrAsk("a", () => Ask("x", ref asked), out _);
        _clock.Advance(TimeSpan.FromMinutes(59));
        cache.Find("a").ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromMinutes(59));
        cache.Find("a").ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromMinutes(61));

        cache.Find("a").ShouldBeNull();
    }

    [Fact]
    public void Find_FailureThatMayPass_IsForgottenAfterAMinuteHoweverOftenItIsUsed()
    {
        var cache = new AnswerCache(() => 1 << 20, _clock);
        cache.FindOrAsk("a", () => Task.FromResult(ModelAnswer.Failed(AskFailure.Timeout)), out _);
        _clock.Advance(TimeSpan.FromSeconds(40));
        cache.Find("a").ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromSeconds(40));

        cache.Find("a").ShouldBeNull();
    }

    private static Task<ModelAnswer> Ask(string text, ref int asked)
    {
        asked++;
        return Task.FromResult(new ModelAnswer { Text = text });
    }
}
