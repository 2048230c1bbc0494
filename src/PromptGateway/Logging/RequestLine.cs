namespace PromptGateway.Logging;

/// <summary>What the log says of one finished request. No prompt, no answer, no secret.</summary>
internal readonly struct RequestLine
{
    public required DateTimeOffset FinishedAt { get; init; }
    public required string RequestId { get; init; }

    /// <summary><c>chat</c>, <c>embeddings</c>, ...</summary>
    public required string Operation { get; init; }

    /// <summary><c>ok</c>, <c>client_closed</c>, ...</summary>
    public required string Outcome { get; init; }
    public required int Status { get; init; }

    /// <summary>Why the gateway did not answer as asked, in the word that the client got: <c>rate_limit_exceeded</c>, ...</summary>
    public string? ErrorCode { get; init; }

    /// <summary><c>key_...</c>; null when nobody was recognised.</summary>
    public string? KeyId { get; init; }

    /// <summary>As it was sent to the upstream, or as asked for when it was not.</summary>
    public string? Model { get; init; }

    /// <summary>Null when no upstream was asked.</summary>
    public string? Upstream { get; init; }
    public int Attempts { get; init; }
    public long InputTokens { get; init; }
    public long OutputTokens { get; init; }

    /// <summary><c>provider</c>, <c>estimated</c>, ...</summary>
    public string? UsageSource { get; init; }

    /// <summary>1e-9 USD; null when unknown.</summary>
    public long? CostNanoUsd { get; init; }
    public TimeSpan Duration { get; init; }
    public TimeSpan? FirstToken { get; init; }

    /// <summary>The optimization policy that looked at the prompt, if one did.</summary>
    public string? Policy { get; init; }

    /// <summary>Prompt tokens that it saved, estimated.</summary>
    public long TokensSaved { get; init; }

    /// <summary>Of the trace that the request belongs to, if it is traced.</summary>
    public string? TraceId { get; init; }

    public decimal? CostUsd => CostNanoUsd / 1_000_000_000m;
}
