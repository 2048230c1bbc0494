namespace PromptGateway.Prompts.Asking;

/// <summary>How a model is asked: <see cref="ModelsSection"/>, checked. Immutable.</summary>
internal sealed record AskSettings
{
    public static AskSettings Standard { get; } = Of(new ModelsSection());

    /// <summary>Null: none is configured.</summary>
    public string? Model { get; init; }
    public required TimeSpan Timeout { get; init; }
    public required int MaxOutputTokens { get; init; }
    public required double MinConfidence { get; init; }

    /// <summary>Nano-dollars; 0: no limit.</summary>
    public required long MostNanoUsdPerRequest { get; init; }

    /// <summary>Nano-dollars; 0: no limit.</summary>
    public required long MostNanoUsdPerDay { get; init; }

    /// <summary>0: no limit.</summary>
    public required long MostTokensPerDay { get; init; }
    public required int CacheBytes { get; init; }

    public static AskSettings Of(ModelsSection section) =>
        new()
        {
            Model = string.IsNullOrWhiteSpace(section.Model) ? null : section.Model.Trim(),
            Timeout = TimeSpan.FromSeconds(Math.Clamp(section.TimeoutSeconds, 0.1, 300)),
            MaxOutputTokens = section.MaxOutputTokens,
            MinConfidence = section.MinConfidence,
            MostNanoUsdPerRequest = Nano(section.MaxUsdPerRequest),
            MostNanoUsdPerDay = Nano(section.MaxUsdPerDay),
            MostTokensPerDay = section.MaxTokensPerDay,
            CacheBytes = section.CacheBytes,
        };

    /// <summary>What is wrong with a section.</summary>
    public static IEnumerable<string> Faults(ModelsSection section, string path)
    {
        if (section.TimeoutSeconds is < 0.1 or > 300 or double.NaN)
            yield return $"{path}:TimeoutSeconds is {section.TimeoutSeconds}, expected 0.1 to 300";
        if (section.MaxOutputTokens is < 16 or > 128_000)
            yield return $"{path}:MaxOutputTokens is {section.MaxOutputTokens}, expected 16 to 128000";
        if (section.MinConfidence is < 0 or > 1 or double.NaN)
            yield return $"{path}:MinConfidence is {section.MinConfidence}, expected 0 to 1";
        if (section.MaxUsdPerRequest is < 0 or > 1_000_000)
            yield return $"{path}:MaxUsdPerRequest is {section.MaxUsdPerRequest}, expected 0 to 1000000";
        if (section.MaxUsdPerDay is < 0 or > 1_000_000)
            yield return $"{path}:MaxUsdPerDay is {section.MaxUsdPerDay}, expected 0 to 1000000";
        if (section.MaxTokensPerDay < 0)
            yield return $"{path}:MaxTokensPerDay is {section.MaxTokensPerDay}, expected 0 or more";
        if (section.CacheBytes is < 0 or > 1 << 30)
            yield return $"{path}:CacheBytes is {section.CacheBytes}, expected 0 to {1 << 30}";
    }

    private static long Nano(decimal usd) => (long)(Math.Clamp(usd, 0, 1_000_000) * 1_000_000_000m);
}
