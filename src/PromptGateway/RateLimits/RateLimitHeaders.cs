using System.Globalization;

namespace PromptGateway.RateLimits;

/// <summary>The <c>x-ratelimit-*</c> headers: the tightest limit of each kind, after this request.</summary>
internal static class RateLimitHeaders
{
    public static void Write(IHeaderDictionary headers, in LimitReadings readings)
    {
        Write(headers, "requests", readings.Requests);
        Write(headers, "tokens", readings.Tokens);
    }

    private static void Write(IHeaderDictionary headers, string kind, in LimitReading reading)
    {
        if (reading.Limit is not { } limit)
            return;
        headers["x-ratelimit-limit-" + kind] = limit.Amount.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-remaining-" + kind] = reading.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-reset-" + kind] = GoDuration.Write(reading.ResetTicks);
    }
}
