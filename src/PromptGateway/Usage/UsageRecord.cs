using PromptGateway.Chat;

namespace PromptGateway.Usage;

/// <summary>One row of the ledger: what one request used and cost. Append-only; spend is what these rows sum to.</summary>
internal sealed record UsageRecord
{
    /// <summary>The gateway's request id (<c>x-request-id</c>); unique in the ledger.</summary>
    public required string RequestId { get; init; }

    /// <summary>When the request arrived.</summary>
    public required DateTimeOffset StartedAt { get; init; }
    public required string KeyId { get; init; }
    public string? KeyName { get; init; }
    public string? Team { get; init; }

    /// <summary>YARP cluster id of the upstream that answered last.</summary>
    public string? Upstream { get; init; }

    /// <summary><c>openai</c>, <c>anthropic</c>, ...</summary>
    public string? Provider { get; init; }

    /// <summary><c>gen_ai.operation.name</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The route that was called, without ids and query: <c>/v1/chat/completions</c>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>As the client asked for it.</summary>
    public string? RequestedModel { get; init; }

    /// <summary>As it was sent to the upstream.</summary>
    public string? UpstreamModel { get; init; }

    /// <summary>As the upstream's answer names it.</summary>
    public string? ResponseModel { get; init; }
    public bool Stream { get; init; }

    /// <summary>HTTP status sent to the client.</summary>
    public int Status { get; init; }

    /// <summary><c>ok</c>, <c>client_closed</c>, <c>upstream_error</c>, <c>upstream_timeout</c>, <c>upstream_cut</c>, <c>shutdown</c>, ...</summary>
    public required string Outcome { get; init; }

    /// <summary>Code of the refusal or of the upstream's error, for example <c>model_not_found</c>; null when all went well.</summary>
    public string? ErrorCode { get; init; }
    public TokenUsage Usage { get; init; }
    public UsageSource UsageSource { get; init; }

    /// <summary>Nano-dollars (1e-9 USD); null when the price of the model is not known, which is not zero.</summary>
    public long? CostNanoUsd { get; init; }
    public int Attempts { get; init; }

    /// <summary>Microseconds from arrival to the last byte.</summary>
    public long DurationMicros { get; init; }

    /// <summary>Microseconds from arrival to the first byte of the answer's body; null when there was none.</summary>
    public long? FirstTokenMicros { get; init; }

    /// <summary>Bytes of the request's body as the client sent it.</summary>
    public long RequestBytes { get; init; }

    /// <summary>Bytes of the answer's body as the client got it.</summary>
    public long ResponseBytes { get; init; }

    /// <summary>Name of the optimization policy that was applied; null when none was.</summary>
    public string? Optimization { get; init; }

    /// <summary>Prompt tokens that the optimization saved, by the gateway's own count.</summary>
    public long SavedInputTokens { get; init; }

    /// <summary>The upstream's own request id, for its support.</summary>
    public string? UpstreamRequestId { get; init; }
}
