using System.Globalization;

namespace PromptGateway.RateLimits;

/// <summary>Durations as OpenAI writes them in <c>x-ratelimit-reset-*</c>: <c>120ms</c>, <c>1.5s</c>, <c>6m0s</c>, <c>23h59m1s</c>.</summary>
internal static class GoDuration
{
    /// <param name="ticks">Rounded up to a millisecond.</param>
    public static string Write(long ticks)
    {
        var ms = (ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        if (ms < 1000)
            return string.Create(CultureInfo.InvariantCulture, $"{ms}ms");
        var seconds = ms % 60_000 / 1000m;
        return (ms / 60_000) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###}s"),
            < 60 and var minutes => string.Create(CultureInfo.InvariantCulture, $"{minutes}m{seconds:0.###}s"),
            var minutes => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60}h{minutes % 60}m{seconds:0.###}s"),
        };
    }
}
