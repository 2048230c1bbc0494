using PromptGateway.RateLimits;

namespace PromptGateway.Tests.RateLimits;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData(1, "1ms")]
    [InlineData(120, "120ms")]
    [InlineData(1_500, "1.5s")]
    [InlineData(59_999, "59.999s")]
    [InlineData(360_000, "6m0s")]
    [InlineData(86_341_000, "23h59m1s")]
    public void Write_Milliseconds_AreSpelledAsGoDoes(long milliseconds, string expected) =>
        GoDuration.Write(milliseconds * TimeSpan.TicksPerMillisecond).ShouldBe(expected);
}
