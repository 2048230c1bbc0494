using System.Globalization;

namespace PromptGateway.Cli;

/// <summary>A time span as people type it: <c>90d</c>, <c>12h</c>, <c>30m</c>, <c>45s</c>.</summary>
internal static class Duration
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (
            text.Length < 2
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        )
            return false;
        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        // A span of more than 10,000 years is no date any more.
        if (unit is not { } one || number > TimeSpan.FromDays(3_000_000) / one)
            return false;
        duration = one * number;
        return true;
    }
}
