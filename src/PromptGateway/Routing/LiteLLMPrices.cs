using System.Text.Json;

namespace PromptGateway.Routing;

/// <summary>
/// Reads LiteLLM's price format: an object of models, prices in US dollars a token. Entries without a price for tokens or for time
/// (images, rerankers, its sample) are passed over.
/// </summary>
internal static class LiteLLMPrices
{
    private const int MostErrors = 10;

    /// <summary>Dollars a token that no model costs: a slip of the pen.</summary>
    private const decimal Absurd = 1m;

    /// <exception cref="FormatException">Names what is wrong; a bad file is never half used.</exception>
    public static PriceList Parse(string json)
    {
        var prices = new Dictionary<string, ModelPrice>(StringComparer.OrdinalIgnoreCase);
        var errors = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new FormatException("an object of models is expected");
            foreach (var entry in document.RootElement.EnumerateObject())
                if (entry.Name != "sample_spec" && entry.Value.ValueKind == JsonValueKind.Object && Read(entry, errors) is { } price)
                    prices[NameOf(entry)] = price;
        }
        catch (JsonException e)
        {
            throw new FormatException("it is not JSON: " + e.Message, e);
        }
        return errors.Count == 0 ? PriceList.Of(prices) : throw new FormatException(string.Join("; ", errors.Take(MostErrors)));
    }

    /// <summary><c>gpt-4o</c> of the provider <c>openai</c> is <c>openai/gpt-4o</c>; some names bring their provider.</summary>
    private static string NameOf(JsonProperty entry)
    {
        var provider =
            entry.Value.TryGetProperty("litellm_provider", out var given) && given.ValueKind == JsonValueKind.String
                ? given.GetString()!
                : "openai";
        return entry.Name.StartsWith(provider + "/", StringComparison.OrdinalIgnoreCase) ? entry.Name : provider + "/" + entry.Name;
    }

    private static ModelPrice? Read(JsonProperty entry, List<string> errors)
    {
        long? Pico(string name) => PicoUsd(entry, name, errors);
        var (input, second) = (Pico("input_cost_per_token"), Pico("input_cost_per_second"));
        if (input is null && second is null)
            return null;
        var price = new ModelPrice
        {
            Input = input ?? 0,
            Output = Pico("output_cost_per_token") ?? 0,
            CachedInput = Pico("cache_read_input_token_cost"),
            CacheWrite = Pico("cache_creation_input_token_cost"),
            CacheWrite1h = Pico("cache_creation_input_token_cost_above_1hr"),
            AudioInput = Pico("input_cost_per_audio_token"),
            CachedAudioInput = Pico("cache_read_input_audio_token_cost"),
            AudioOutput = Pico("output_cost_per_audio_token"),
            AudioSecond = second,
            ContextWindow = Count(entry.Value, "max_input_tokens"),
            MaxOutput = Count(entry.Value, "max_output_tokens"),
        };
        foreach (var thousands in new[] { 128, 200, 272 })
            if (Pico($"input_cost_per_token_above_{thousands}k_tokens") is { } above and > 0)
                return price with
                {
                    TierAbove = thousands * 1000,
                    TierInput = above,
                    TierOutput = Pico($"output_cost_per_token_above_{thousands}k_tokens") ?? price.Output,
                };
        return price;
    }

    private static long? PicoUsd(JsonProperty entry, string name, List<string> errors)
    {
        if (!entry.Value.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var usd) && usd is >= 0 and <= Absurd)
            return (long)decimal.Round(usd * 1_000_000_000_000m);
        errors.Add($"{entry.Name}: {name} is {value.GetRawText()}, expected dollars a token");
        return null;
    }

    /// <summary>Some entries have words here; they are not prices.</summary>
    private static long? Count(JsonElement model, string name) =>
        model.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count)
            ? count
            : null;
}
