namespace PromptGateway.Prompts.Asking;

/// <summary>The section <c>Optimization:Models</c>: the model that the optimizer asks, and what that may cost.</summary>
internal sealed class ModelsSection
{
    /// <summary>A model that this gateway serves through the OpenAI API; null: transforms that ask a model cannot be used.</summary>
    public string? Model { get; set; }

    /// <summary>The most that a request waits for the model's answer.</summary>
    public double TimeoutSeconds { get; set; } = 10;

    /// <summary>Cap on the tokens of its answer, reasoning included.</summary>
    public int MaxOutputTokens { get; set; } = 4000;

    /// <summary>An answer in which the model trusts less than this, from 0 to 1, is not used.</summary>
    public double MinConfidence { get; set; } = 0.7;

    /// <summary>US dollars that one question may cost at most, reckoned before it is asked; 0: no limit.</summary>
    public decimal MaxUsdPerRequest { get; set; } = 0.05m;

    /// <summary>US dollars that all questions of a day (UTC) may cost together, in this process; 0: no limit.</summary>
    public decimal MaxUsdPerDay { get; set; } = 10m;

    /// <summary>Tokens that all questions of a day (UTC) may use together, in this process; 0: no limit.</summary>
    public long MaxTokensPerDay { get; set; }

    /// <summary>Bytes of answers that are remembered, so that the same text gets the same answer.</summary>
    public int CacheBytes { get; set; } = 16 << 20;
}
