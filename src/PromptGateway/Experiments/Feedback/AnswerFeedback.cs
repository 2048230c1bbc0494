namespace PromptGateway.Experiments.Feedback;

/// <summary>What a caller thought of an answer.</summary>
internal sealed record AnswerFeedback
{
    /// <summary>The gateway's own id, as in the ledger. One feedback a request: a later one takes the place of the earlier.</summary>
    public required string RequestId { get; init; }

    /// <summary>The key that made the request.</summary>
    public required string KeyId { get; init; }
    public required DateTimeOffset GivenAt { get; init; }

    /// <summary>From -1 (useless) to 1 (perfect); thumbs are the two ends.</summary>
    public required double Score { get; init; }

    /// <summary>The caller's own words, bounded.</summary>
    public string? Comment { get; init; }
}
