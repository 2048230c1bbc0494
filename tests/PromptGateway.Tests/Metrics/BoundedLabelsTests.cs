using PromptGateway.Metrics;

namespace PromptGateway.Tests.Metrics;

public sealed class BoundedLabelsTests
{
    [Fact]
    public void Of_MoreValuesThanTheLimit_KeepsTheFirstAndCallsTheRestOther()
    {
        var labels = new BoundedLabels(2);

        new[] { "a", "b", "c", "a", "d" }.Select(value => labels.Of(value)).ShouldBe(["a", "b", "other", "a", "other"]);
    }

    [Fact]
    public void Of_KnownValuePastTheLimit_KeepsItsName()
    {
        var labels = new BoundedLabels(1);
        labels.Of("a");
        labels.Know(["gpt-4o"]);

        labels.Of("gpt-4o").ShouldBe("gpt-4o");
        labels.Of("b").ShouldBe("other");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Of_NoValue_GivesTheAbsentLabel(string? value) => new BoundedLabels(2).Of(value, "none").ShouldBe("none");

    [Fact]
    public void Of_NewValueThatIsNotAdmitted_IsUnknownAndTakesNoPlace()
    {
        var labels = new BoundedLabels(1);

        labels.Of("junk", admit: false).ShouldBe("unknown");
        labels.Of("real").ShouldBe("real");
        labels.Of("real", admit: false).ShouldBe("real");
    }

    [Theory]
    [InlineData("a\nb", "a_b")]
    [InlineData("\u0000x\u0085\u2028y", "_x__y")]
    [InlineData(" padded ", "padded")]
    [InlineData("quote\"back\\slash", "quote\"back\\slash")]
    public void Of_ValueWithCharactersThatLabelsDoNotBear_IsCleaned(string value, string expected) =>
        new BoundedLabels(9).Of(value).ShouldBe(expected);

    [Fact]
    public void Of_HalfASurrogatePair_IsCleaned() => new BoundedLabels(9).Of("half\ud83d").ShouldBe("half_");

    [Fact]
    public void Of_LongValue_IsCut() => new BoundedLabels(9).Of(new string('x', 1_000_000)).ShouldBe(new string('x', 128));

    [Fact]
    public void Of_ManyThreads_NeverAdmitsMoreThanTheLimit()
    {
        var labels = new BoundedLabels(50);
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();

        Parallel.For(0, 10_000, i => seen.TryAdd(labels.Of($"model-{i % 400}"), true));

        seen.Count.ShouldBe(51);
        seen.ShouldContainKey("other");
    }
}
