namespace PromptGateway.Simulator.Caching;

/// <summary>Rules of the prompt caches of OpenAI and Anthropic.</summary>
internal sealed record PromptCacheOptions
{
    /// <summary>Shorter prompts are not cached (OpenAI: 1,024 tokens; Anthropic: by model, see <see cref="PromptCacheModel.Explicit"/>).</summary>
    public int MinimumTokens { get; init; } = 1024;

    /// <summary>The automatic cache hits in whole steps of so many tokens.</summary>
    public int StepTokens { get; init; } = 128;

    /// <summary>Life of an entry since its last use.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>An explicit breakpoint also finds entries that end so many segments before it (Anthropic: 20 blocks).</summary>
    public int LookBackSegments { get; init; } = 20;

    /// <summary>Prefixes remembered; the least recently used goes first.</summary>
    public int Capacity { get; init; } = 65_536;
}
