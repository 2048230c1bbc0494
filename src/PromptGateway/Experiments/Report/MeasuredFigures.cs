namespace PromptGateway.Experiments.Report;

/// <summary>What providers and clocks said, over optimized requests whose usage the provider reported.</summary>
internal sealed record MeasuredFigures
{
    /// <summary>Requests that the figures are of.</summary>
    public required long Requests { get; init; }
    public required long InputTokensAfter { get; init; }
    public required long CachedInputTokens { get; init; }
    public required long OutputTokens { get; init; }

    /// <summary>Of requests with a known price.</summary>
    public required decimal CostUsd { get; init; }
    public required long UnpricedRequests { get; init; }

    /// <summary>What models that the optimizer asked cost.</summary>
    public required decimal OptimizerCostUsd { get; init; }

    /// <summary>Milliseconds that the optimizer held requests up, over all that it looked at.</summary>
    public required Spread? AddedLatencyMs { get; init; }
    public required Spread? LatencyMs { get; init; }

    /// <summary>What callers thought of the answers, from -1 to 1; null when nobody said.</summary>
    public required ArmValue? Feedback { get; init; }
}
