using System.Globalization;

namespace PromptGateway.RateLimits;

/// <summary>The <c>x-ratelimit-*</c> headers: the tightest limit of each kind, after this request.</summary>
internal static class RateLimitHeaders
{
    public static void Write(IHeaderDictionary headers, in LimitReadings readings)
    {
        Write(headers, "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", readings.Requests);
        Write(headers, "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", readings.Tokens);
    }

    private static void Write(IHeaderDictionary headers, string amount, string remaining, string reset, in LimitReading reading)
    {
        if (reading.Limit is not { } limit)
            return;
        headers[amount] = limit.Amount.ToString(CultureInfo.InvariantCulture);
        headers[remaining] = reading.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[reset] = GoDuration.Write(reading.ResetTicks);
    }
}
