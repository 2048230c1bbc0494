namespace PromptGateway.Cli.Replay;

/// <summary>What one request of a replay brought.</summary>
internal sealed record ReplayAnswer
{
    /// <summary>Null when the request failed.</summary>
    public string? Text { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Error { get; init; }
    public long InputTokens { get; init; }
    public long CachedInputTokens { get; init; }
    public long OutputTokens { get; init; }

    /// <summary>Dollars; null when the price of the model is not known or the target reported no usage.</summary>
    public decimal? CostUsd { get; init; }
    public double LatencyMs { get; init; }

    /// <summary>From 0 to 1; null when it was not graded.</summary>
    public double? Grade { get; init; }
}
