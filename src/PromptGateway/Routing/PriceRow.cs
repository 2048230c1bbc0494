using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PromptGateway.Routing;

/// <summary>One line of the price list: provider, model, input, cached, write, output (USD per million tokens), window, max output, extras.</summary>
internal static class PriceRow
{
    public static bool TryRead(string[] fields, [NotNullWhen(true)] out ModelPrice? price, out string? error)
    {
        price = null;
        error = null;
        if (Money(fields[2]) is not { } input)
            return Fail("the input price is missing", out error);
        // Embedding models have no output, so no output price.
        var built = new ModelPrice
        {
            Input = input,
            Output = Money(fields[5]) ?? 0,
            CachedInput = Money(fields[3]),
            CacheWrite = Money(fields[4]),
            ContextWindow = Count(fields[6]),
            MaxOutput = Count(fields[7]),
        };
        foreach (var extra in fields[8].Split('|'))
            built = Apply(built, extra);
        price = built;
        return true;
    }

    private static ModelPrice Apply(ModelPrice price, string extra)
    {
        if (extra.StartsWith("cache_write_1h=", StringComparison.Ordinal))
            return price with { CacheWrite1h = Money(extra[15..]) };
        if (!extra.StartsWith("above_", StringComparison.Ordinal))
            return price;
        // above_200k:in=6/out=22.5
        var colon = extra.IndexOf(':', StringComparison.Ordinal);
        var parts = extra[(colon + 1)..].Split('/');
        var thousands = long.Parse(extra[6..(colon - 1)], CultureInfo.InvariantCulture);
        var input = Money(parts[0][3..]) ?? 0;
        // A free tier above a paid one is a gap in the source, not an offer.
        return input == 0
            ? price
            : price with
            {
                TierAbove = thousands * 1000,
                TierInput = input,
                TierOutput = Money(parts[1][4..]) ?? price.Output,
            };
    }

    private static bool Fail(string what, out string? error)
    {
        error = what;
        return false;
    }

    /// <summary>USD per million tokens to pico-dollars per token.</summary>
    private static long? Money(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd)
            ? (long)decimal.Round(usd * 1_000_000m)
            : null;

    private static long? Count(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
}
