namespace PromptGateway.Chat;

/// <summary>
/// The tokens of one exchange, in one convention for all providers: <see cref="InputTokens"/> is the whole prompt, cached and
/// cache-written tokens included; <see cref="OutputTokens"/> is all that was generated, reasoning included.
/// (OpenAI counts this way. Anthropic's <c>input_tokens</c> is only the uncached rest and is summed up when read.)
/// </summary>
internal readonly record struct TokenUsage
{
    public long InputTokens { get; init; }

    /// <summary>Part of <see cref="InputTokens"/> that the provider read from its prompt cache.</summary>
    public long CachedInputTokens { get; init; }

    /// <summary>Part of <see cref="InputTokens"/> that was written to the provider's cache (5 minute entries and unspecified ones).</summary>
    public long CacheWriteTokens { get; init; }

    /// <summary>Part of <see cref="InputTokens"/> that was written to Anthropic's 1 hour cache; not inside <see cref="CacheWriteTokens"/>.</summary>
    public long CacheWrite1hTokens { get; init; }

    public long OutputTokens { get; init; }

    /// <summary>Part of <see cref="OutputTokens"/> spent on reasoning.</summary>
    public long ReasoningTokens { get; init; }

    /// <summary>Part of <see cref="InputTokens"/> that was sound, cached sound included.</summary>
    public long AudioInputTokens { get; init; }

    /// <summary>Part of <see cref="CachedInputTokens"/> and of <see cref="AudioInputTokens"/>.</summary>
    public long CachedAudioTokens { get; init; }

    /// <summary>Part of <see cref="OutputTokens"/> that is sound.</summary>
    public long AudioOutputTokens { get; init; }

    /// <summary>Length of the sound that went in, for models that are charged by time (whisper-1): they report no tokens.</summary>
    public long AudioMillis { get; init; }

    public long TotalTokens => InputTokens + OutputTokens;

    /// <param name="a">The whole.</param>
    /// <param name="b">A part of it.</param>
    public static TokenUsage operator -(in TokenUsage a, in TokenUsage b) =>
        new()
        {
            InputTokens = a.InputTokens - b.InputTokens,
            CachedInputTokens = a.CachedInputTokens - b.CachedInputTokens,
            CacheWriteTokens = a.CacheWriteTokens - b.CacheWriteTokens,
            CacheWrite1hTokens = a.CacheWrite1hTokens - b.CacheWrite1hTokens,
            OutputTokens = a.OutputTokens - b.OutputTokens,
            ReasoningTokens = a.ReasoningTokens - b.ReasoningTokens,
            AudioInputTokens = a.AudioInputTokens - b.AudioInputTokens,
            CachedAudioTokens = a.CachedAudioTokens - b.CachedAudioTokens,
            AudioOutputTokens = a.AudioOutputTokens - b.AudioOutputTokens,
            AudioMillis = a.AudioMillis - b.AudioMillis,
        };

    /// <summary>Of several exchanges on one connection.</summary>
    public static TokenUsage operator +(in TokenUsage a, in TokenUsage b) =>
        new()
        {
            InputTokens = a.InputTokens + b.InputTokens,
            CachedInputTokens = a.CachedInputTokens + b.CachedInputTokens,
            CacheWriteTokens = a.CacheWriteTokens + b.CacheWriteTokens,
            CacheWrite1hTokens = a.CacheWrite1hTokens + b.CacheWrite1hTokens,
            OutputTokens = a.OutputTokens + b.OutputTokens,
            ReasoningTokens = a.ReasoningTokens + b.ReasoningTokens,
            AudioInputTokens = a.AudioInputTokens + b.AudioInputTokens,
            CachedAudioTokens = a.CachedAudioTokens + b.CachedAudioTokens,
            AudioOutputTokens = a.AudioOutputTokens + b.AudioOutputTokens,
            AudioMillis = a.AudioMillis + b.AudioMillis,
        };
}
