namespace PromptGateway.Experiments.Report;

/// <summary>What the gateway reckons would have been without the policy. Any of it may be negative.</summary>
internal sealed record EstimatedFigures
{
    /// <summary>What the prompts would have been: the provider's count plus the tokens saved.</summary>
    public required long InputTokensBefore { get; init; }
    public required long TokensSaved { get; init; }

    /// <summary>Percent of a request's prompt, over all requests that the policy looked at.</summary>
    public required Spread? SavedPercent { get; init; }

    /// <summary>Saved tokens at what a token of the same prompt cost, cached ones at the cached price.</summary>
    public required decimal SavedUsd { get; init; }

    /// <summary>Requests that saved tokens of unknown price.</summary>
    public required long UnpricedRequests { get; init; }

    /// <summary>
    /// What the provider's cache would have made the prompts cheaper by with the control arm's share of it, and did not; null without a
    /// control arm. Negative: it made them cheaper than that.
    /// </summary>
    public required decimal? LostCacheDiscountUsd { get; init; }

    /// <summary>Saved, less the optimizer's cost and lost discounts as far as they are known.</summary>
    public required decimal NetSavedUsd { get; init; }
}
