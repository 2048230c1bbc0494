namespace PromptGateway.Metrics;

/// <summary>What <see cref="GatewayMetrics.Record"/> is told of one finished request. Passed by reference, never stored.</summary>
internal readonly struct RequestMeasurement
{
    /// <summary><c>gen_ai.operation.name</c>: <c>chat</c>, <c>embeddings</c>, ...</summary>
    public required string Operation { get; init; }

    /// <summary><c>ok</c>, <c>client_closed</c>, <c>upstream_cut</c>, ...: a word of the gateway's own.</summary>
    public required string Outcome { get; init; }

    /// <summary>HTTP status sent to the client.</summary>
    public required int Status { get; init; }

    /// <summary>Cluster that answered last; null when no upstream was asked, and then there is nothing under <c>gen_ai.server.*</c>.</summary>
    public string? Upstream { get; init; }

    /// <summary><c>gen_ai.provider.name</c>.</summary>
    public string? Provider { get; init; }

    /// <summary>As the client asked for it; null when no upstream serves that name.</summary>
    public string? OriginalModel { get; init; }

    /// <summary>As it was sent to the upstream.</summary>
    public string? RequestModel { get; init; }

    /// <summary>As the answer names it.</summary>
    public string? ResponseModel { get; init; }

    /// <summary>Name of the caller's key; never the secret.</summary>
    public string? Key { get; init; }
    public string? Team { get; init; }

    /// <summary><c>error.type</c>: a status or a word of the gateway's own; null when all went well.</summary>
    public string? ErrorType { get; init; }

    /// <summary><c>provider</c>, <c>estimated</c>, <c>drained</c>; <c>none</c> or null: no usage, and no tokens are recorded.</summary>
    public string? UsageSource { get; init; }
    public bool HasUsage => UsageSource is not (null or RequestSeriesTable.None);

    /// <summary>The whole prompt, cached and cache-written tokens included.</summary>
    public long InputTokens { get; init; }
    public long CachedInputTokens { get; init; }
    public long CacheWriteTokens { get; init; }

    /// <summary>All that was generated, reasoning included.</summary>
    public long OutputTokens { get; init; }
    public long ReasoningTokens { get; init; }

    /// <summary>1e-9 USD; null when the price is not known.</summary>
    public long? CostNanoUsd { get; init; }

    /// <summary>From arrival to the last byte: of a stream, the whole stream.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>From arrival to the first byte of a streamed answer; null when it was not a stream or there was none.</summary>
    public TimeSpan? FirstToken { get; init; }

    /// <summary>The gateway's own time: neither waiting for the upstream nor for the client.</summary>
    public TimeSpan Overhead { get; init; }
}
