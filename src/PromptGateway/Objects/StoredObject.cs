namespace PromptGateway.Objects;

/// <summary>Something that lives at a provider and was made through the gateway: a response, a batch, a file, ...</summary>
internal sealed record StoredObject
{
    /// <summary>The provider's own: <c>resp_...</c>, <c>batch_...</c>, <c>file-...</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The collection it is in: <c>responses</c>, <c>batches</c>, <c>files</c>, ...</summary>
    public required string Kind { get; init; }

    /// <summary>Cluster id of the upstream whose account has it.</summary>
    public required string Upstream { get; init; }

    /// <summary>Who made it.</summary>
    public required string KeyId { get; init; }
    public string? KeyName { get; init; }
    public string? Team { get; init; }

    /// <summary>The request that made it; its ledger row says what that cost by itself.</summary>
    public required string RequestId { get; init; }

    /// <summary>As the client asked for it; null when the request names none.</summary>
    public string? RequestedModel { get; init; }

    /// <summary>As it went upstream.</summary>
    public string? UpstreamModel { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What it costs is told later, when its result is read.</summary>
    public bool IsPending { get; init; }

    /// <summary>When its result was charged; null: not yet.</summary>
    public DateTimeOffset? ChargedAt { get; init; }

    /// <summary>Of the output of a batch, the batch: reading it tells what that has cost.</summary>
    public string? BatchId { get; init; }

    /// <summary>Pseudonym of the session that it was made in, where a budget counts by it; its result is charged there.</summary>
    public string? Session { get; init; }
}
