using PromptGateway.Usage;

namespace PromptGateway.Admin;

/// <summary>One ledger row.</summary>
internal sealed record UsageRecordView
{
    public required string RequestId { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required string KeyId { get; init; }
    public string? KeyName { get; init; }
    public string? Team { get; init; }
    public string? Upstream { get; init; }
    public string? Provider { get; init; }
    public required string Operation { get; init; }
    public string? Endpoint { get; init; }
    public string? RequestedModel { get; init; }
    public string? UpstreamModel { get; init; }
    public string? ResponseModel { get; init; }
    public bool Stream { get; init; }
    public int Status { get; init; }
    public required string Outcome { get; init; }
    public string? ErrorCode { get; init; }
    public int Attempts { get; init; }
    public long InputTokens { get; init; }
    public long CachedInputTokens { get; init; }

    /// <summary>Of both lifetimes; <see cref="CacheWrite1hTokens"/> are part of it.</summary>
    public long CacheWriteTokens { get; init; }
    public long CacheWrite1hTokens { get; init; }
    public long OutputTokens { get; init; }
    public long ReasoningTokens { get; init; }

    /// <summary><c>provider</c>, <c>drained</c>, <c>estimated</c> or <c>none</c>.</summary>
    public required string UsageSource { get; init; }

    /// <summary>US dollars; null: the price is not known.</summary>
    public decimal? CostUsd { get; init; }
    public long? CostNanoUsd { get; init; }
    public double DurationMs { get; init; }
    public double? FirstTokenMs { get; init; }
    public long RequestBytes { get; init; }
    public long ResponseBytes { get; init; }
    public string? Optimization { get; init; }
    public string? OptimizationMode { get; init; }
    public string? OptimizationArm { get; init; }
    public string? OptimizationOutcome { get; init; }
    public string? OptimizationReason { get; init; }
    public string? Conversation { get; init; }

    /// <summary>Estimated; null: nothing was changed.</summary>
    public long? OptimizationTokensBefore { get; init; }

    /// <summary>Estimated.</summary>
    public long SavedInputTokens { get; init; }
    public decimal? SavedUsd { get; init; }
    public decimal? OptimizerCostUsd { get; init; }
    public double OptimizationMs { get; init; }
    public string? ShadowPolicy { get; init; }
    public string? ShadowOutcome { get; init; }

    /// <summary>What the shadow policy would have saved, estimated.</summary>
    public long ShadowSavedTokens { get; init; }
    public decimal? ShadowSavedUsd { get; init; }
    public string? UpstreamRequestId { get; init; }
    public string? ResponseId { get; init; }

    /// <summary>Where a budget counts by session: its name in the ledger.</summary>
    public string? Session { get; init; }
    public long? ToolCalls { get; init; }
    public long? InvalidToolCalls { get; init; }

    public static UsageRecordView Of(UsageRecord record) =>
        new()
        {
            RequestId = record.RequestId,
            StartedAt = record.StartedAt,
            KeyId = record.KeyId,
            KeyName = record.KeyName,
            Team = record.Team,
            Upstream = record.Upstream,
            Provider = record.Provider,
            Operation = record.Operation,
            Endpoint = record.Endpoint,
            RequestedModel = record.RequestedModel,
            UpstreamModel = record.UpstreamModel,
            ResponseModel = record.ResponseModel,
            Stream = record.Stream,
            Status = record.Status,
            Outcome = record.Outcome,
            ErrorCode = record.ErrorCode,
            Attempts = record.Attempts,
            InputTokens = record.Usage.InputTokens,
            CachedInputTokens = record.Usage.CachedInputTokens,
            CacheWriteTokens = record.Usage.CacheWriteTokens + record.Usage.CacheWrite1hTokens,
            CacheWrite1hTokens = record.Usage.CacheWrite1hTokens,
            OutputTokens = record.Usage.OutputTokens,
            ReasoningTokens = record.Usage.ReasoningTokens,
            UsageSource = record.UsageSource.ToString().ToLowerInvariant(),
            CostUsd = NanoUsd.ToUsd(record.CostNanoUsd),
            CostNanoUsd = record.CostNanoUsd,
            DurationMs = record.DurationMicros / 1000d,
            FirstTokenMs = record.FirstTokenMicros / 1000d,
            RequestBytes = record.RequestBytes,
            ResponseBytes = record.ResponseBytes,
            Optimization = record.Optimization,
            OptimizationMode = record.OptimizationMode,
            OptimizationArm = record.OptimizationArm,
            OptimizationOutcome = record.OptimizationOutcome,
            OptimizationReason = record.OptimizationReason,
            Conversation = record.Conversation,
            OptimizationTokensBefore = record.OptimizationTokensBefore,
            SavedInputTokens = record.SavedInputTokens,
            SavedUsd = NanoUsd.ToUsd(record.SavedNanoUsd),
            OptimizerCostUsd = NanoUsd.ToUsd(record.OptimizerCostNanoUsd),
            OptimizationMs = record.OptimizationMicros / 1000d,
            ShadowPolicy = record.ShadowPolicy,
            ShadowOutcome = record.ShadowOutcome,
            ShadowSavedTokens = record.ShadowSavedTokens,
            ShadowSavedUsd = NanoUsd.ToUsd(record.ShadowSavedNanoUsd),
            UpstreamRequestId = record.UpstreamRequestId,
            ResponseId = record.ResponseId,
            Session = record.Session,
            ToolCalls = record.ToolCalls,
            InvalidToolCalls = record.InvalidToolCalls,
        };
}
