using PromptGateway.Chat;

namespace PromptGateway.Routing;

/// <summary>
/// What one model costs, in pico-dollars (1e-12 USD) a token, which is micro-dollars per million tokens: every listed price is a
/// whole number of them.
/// </summary>
internal sealed record ModelPrice
{
    public required long Input { get; init; }
    public required long Output { get; init; }

    /// <summary>Null: the provider gives no discount, cached tokens cost as much as others.</summary>
    public long? CachedInput { get; init; }

    /// <summary>Null: writing the cache costs nothing extra.</summary>
    public long? CacheWrite { get; init; }
    public long? CacheWrite1h { get; init; }

    /// <summary>Tokens; a prompt longer than this is charged as a whole by <see cref="TierInput"/> and <see cref="TierOutput"/>.</summary>
    public long? TierAbove { get; init; }
    public long TierInput { get; init; }
    public long TierOutput { get; init; }

    /// <summary>Tokens, null if not known.</summary>
    public long? ContextWindow { get; init; }

    /// <summary>Tokens, null if not known.</summary>
    public long? MaxOutput { get; init; }

    /// <summary>Sound that goes in; null: not known, which is not the price of text.</summary>
    public long? AudioInput { get; init; }

    /// <summary>Null: the provider gives no discount on sound.</summary>
    public long? CachedAudioInput { get; init; }

    /// <summary>Sound that comes out; null: not known.</summary>
    public long? AudioOutput { get; init; }

    /// <summary>Pico-dollars a second of sound that goes in, of models that are charged by time; null: not known.</summary>
    public long? AudioSecond { get; init; }

    /// <summary>
    /// Nano-dollars, rounded up to a whole one, so that a request that costs something never costs nothing. Null when it has a part
    /// whose price is not known: sound.
    /// </summary>
    public long? CostNanoUsd(in TokenUsage usage)
    {
        if (AudioPico(usage) is not { } pico)
            return null;
        var tiered = usage.InputTokens > TierAbove;
        var input = tiered ? TierInput : Input;
        var cached = Math.Max(0, usage.CachedInputTokens - usage.CachedAudioTokens);
        var special = cached + usage.CacheWriteTokens + usage.CacheWrite1hTokens + usage.AudioInputTokens;
        // Some upstreams report more cached tokens than prompt tokens (xAI): the plain part is then nothing, not negative.
        pico += (Int128)Math.Max(0, usage.InputTokens - special) * input;
        pico += (Int128)cached * Scaled(CachedInput ?? Input, tiered);
        pico += (Int128)usage.CacheWriteTokens * Scaled(CacheWrite ?? Input, tiered);
        pico += (Int128)usage.CacheWrite1hTokens * Scaled(CacheWrite1h ?? CacheWrite ?? Input, tiered);
        pico += (Int128)Math.Max(0, usage.OutputTokens - usage.AudioOutputTokens) * (tiered ? TierOutput : Output);
        var nano = (pico + 999) / 1000;
        return nano > long.MaxValue ? long.MaxValue : (long)nano;
    }

    /// <summary>What an own price leaves out of the cache costs in proportion what it costs there: the provider's discount stays.</summary>
    public ModelPrice WithCachePricesLike(ModelPrice other) =>
        other.Input == 0
            ? this
            : this with
            {
                CachedInput = CachedInput ?? InProportion(other.CachedInput, other.Input),
                CacheWrite = CacheWrite ?? InProportion(other.CacheWrite, other.Input),
                CacheWrite1h = CacheWrite1h ?? InProportion(other.CacheWrite1h, other.Input),
                ContextWindow = ContextWindow ?? other.ContextWindow,
                MaxOutput = MaxOutput ?? other.MaxOutput,
            };

    private long? InProportion(long? price, long input) => price is { } known ? (long)((Int128)known * Input / input) : null;

    private Int128? AudioPico(in TokenUsage usage)
    {
        if ((usage.AudioInputTokens | usage.AudioOutputTokens | usage.AudioMillis) == 0)
            return 0;
        var cached = Math.Min(usage.CachedAudioTokens, usage.AudioInputTokens);
        return Part(usage.AudioInputTokens - cached, AudioInput)
            + Part(cached, CachedAudioInput ?? AudioInput)
            + Part(usage.AudioOutputTokens, AudioOutput)
            + ((Part(usage.AudioMillis, AudioSecond) + 999) / 1000);
    }

    /// <summary>Nothing costs nothing, whatever its price.</summary>
    private static Int128? Part(long amount, long? price) => amount == 0 ? 0 : (Int128)amount * price;

    /// <summary>Tiers name only input and output; cache prices keep their ratio to the input price.</summary>
    private long Scaled(long price, bool tiered) => tiered && Input > 0 ? (long)((Int128)price * TierInput / Input) : price;
}
