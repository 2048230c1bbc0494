using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PromptGateway.Routing;

/// <summary>One line of the price list: provider, model, input, cached, write, output (USD per million tokens), window, max output, extras.</summary>
internal static partial class PriceRow
{
    /// <summary>Input and output price of requests whose prompt is longer: <c>above_200k:in=6/out=22.5</c>.</summary>
    [GeneratedRegex(@"^above_(\d{1,6})k:in=([\d.]+)/out=([\d.]+)$")]
    private static partial Regex Tier();

    /// <param name="fields">Nine of them.</param>
    /// <param name="price">Null when the line is wrong.</param>
    /// <param name="error">Every mistake in it.</param>
    public static bool TryRead(string[] fields, [NotNullWhen(true)] out ModelPrice? price, out string? error)
    {
        var errors = new List<string>();
        if (fields[2].Length == 0)
            errors.Add("the input price is missing");
        var built = new ModelPrice
        {
            Input = Money(fields[2], "input", errors) ?? 0,
            CachedInput = Money(fields[3], "cached input", errors),
            CacheWrite = Money(fields[4], "cache write", errors),
            // Embedding models have no output, so no output price.
            Output = Money(fields[5], "output", errors) ?? 0,
            ContextWindow = Count(fields[6], "context window", errors),
            MaxOutput = Count(fields[7], "maximal output", errors),
        };
        foreach (var extra in fields[8].Split('|'))
            built = Apply(built, extra, errors);
        price = errors.Count == 0 ? built : null;
        error = errors.Count == 0 ? null : string.Join(", ", errors);
        return price is not null;
    }

    /// <summary>Words that are no prices name what the model can do; they are for readers of the file.</summary>
    private static ModelPrice Apply(ModelPrice price, string extra, List<string> errors)
    {
        if (extra.IndexOf('=', StringComparison.Ordinal) is var sign and > 0)
            switch (extra[..sign])
            {
                case "cache_write_1h":
                    return price with { CacheWrite1h = Money(extra[(sign + 1)..], "1 hour cache write", errors) };
                case "audio_in":
                    return price with { AudioInput = Money(extra[(sign + 1)..], "audio input", errors) };
                case "audio_cached":
                    return price with { CachedAudioInput = Money(extra[(sign + 1)..], "cached audio input", errors) };
                case "audio_out":
                    return price with { AudioOutput = Money(extra[(sign + 1)..], "audio output", errors) };
                case "audio_minute":
                    return price with { AudioSecond = MinutePrice(extra[(sign + 1)..], errors) };
            }
        if (!extra.StartsWith("above_", StringComparison.Ordinal))
            return price;
        var tier = Tier().Match(extra);
        if (!tier.Success)
        {
            errors.Add($"'{extra}' is not of the form above_200k:in=6/out=22.5");
            return price;
        }
        var input = Money(tier.Groups[2].Value, "tier input", errors) ?? 0;
        // A free tier above a paid one is a gap in the source, not an offer.
        return input == 0
            ? price
            : price with
            {
                TierAbove = long.Parse(tier.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * 1000,
                TierInput = input,
                TierOutput = Money(tier.Groups[3].Value, "tier output", errors) ?? price.Output,
            };
    }

    /// <summary>USD per million tokens to pico-dollars per token; null when the field is empty.</summary>
    private static long? Money(string text, string what, List<string> errors)
    {
        // A million dollars a million tokens is a slip of the pen.
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) && usd <= 1_000_000m)
            return (long)decimal.Round(usd * 1_000_000m);
        if (text.Length > 0)
            errors.Add($"the {what} price '{text}' is not a number of dollars");
        return null;
    }

    /// <summary>USD a minute to pico-dollars a second.</summary>
    private static long? MinutePrice(string text, List<string> errors)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) && usd <= 1_000m)
            return (long)decimal.Round(usd * 1_000_000_000_000m / 60m);
        errors.Add($"the price '{text}' of a minute of audio is not a number of dollars");
        return null;
    }

    private static long? Count(string text, string what, List<string> errors)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return count;
        if (text.Length > 0)
            errors.Add($"the {what} '{text}' is not a number of tokens");
        return null;
    }
}
