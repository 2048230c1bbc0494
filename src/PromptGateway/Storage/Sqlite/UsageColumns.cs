using Microsoft.Data.Sqlite;
using PromptGateway.Chat;
using PromptGateway.Usage;

namespace PromptGateway.Storage.Sqlite;

/// <summary>A ledger row as columns of the <c>usage</c> table. <see cref="Names"/>, <see cref="Read"/> and <see cref="UsageInsert"/> keep one order.</summary>
internal static class UsageColumns
{
    public static readonly string[] Names =
    [
        "request_id",
        "started_at",
        "key_id",
        "key_name",
        "team",
        "upstream",
        "provider",
        "operation",
        "endpoint",
        "requested_model",
        "upstream_model",
        "response_model",
        "stream",
        "status",
        "outcome",
        "error_code",
        "input_tokens",
        "cached_input_tokens",
        "cache_write_tokens",
        "cache_write_1h_tokens",
        "output_tokens",
        "reasoning_tokens",
        "usage_source",
        "cost_nano_usd",
        "attempts",
        "duration_us",
        "first_token_us",
        "request_bytes",
        "response_bytes",
        "optimization",
        "saved_input_tokens",
        "upstream_request_id",
        "optimization_mode",
        "optimization_arm",
        "optimization_outcome",
        "optimization_reason",
        "conversation",
        "optimization_tokens_before",
        "saved_nano_usd",
        "optimizer_cost_nano_usd",
        "optimization_us",
        "optimization_detail",
        "shadow_policy",
        "shadow_outcome",
        "shadow_tokens_before",
        "shadow_saved_tokens",
        "shadow_saved_nano_usd",
        "shadow_us",
        "shadow_detail",
    ];

    public static string List { get; } = string.Join(", ", Names);

    public static UsageRecord Read(SqliteDataReader row) =>
        new()
        {
            RequestId = row.GetString(0),
            StartedAt = SqliteTime.Read(row.GetInt64(1)),
            KeyId = row.GetString(2),
            KeyName = row.TextOrNull(3),
            Team = row.TextOrNull(4),
            Upstream = row.TextOrNull(5),
            Provider = row.TextOrNull(6),
            Operation = row.GetString(7),
            Endpoint = row.TextOrNull(8),
            RequestedModel = row.TextOrNull(9),
            UpstreamModel = row.TextOrNull(10),
            ResponseModel = row.TextOrNull(11),
            Stream = row.GetInt64(12) != 0,
            Status = row.GetInt32(13),
            Outcome = row.GetString(14),
            ErrorCode = row.TextOrNull(15),
            Usage = new TokenUsage
            {
                InputTokens = row.GetInt64(16),
                CachedInputTokens = row.GetInt64(17),
                CacheWriteTokens = row.GetInt64(18),
                CacheWrite1hTokens = row.GetInt64(19),
                OutputTokens = row.GetInt64(20),
                ReasoningTokens = row.GetInt64(21),
            },
            UsageSource = SourceOf(row.GetString(22)),
            CostNanoUsd = row.NumberOrNull(23),
            Attempts = row.GetInt32(24),
            DurationMicros = row.GetInt64(25),
            FirstTokenMicros = row.NumberOrNull(26),
            RequestBytes = row.GetInt64(27),
            ResponseBytes = row.GetInt64(28),
            Optimization = row.TextOrNull(29),
            SavedInputTokens = row.GetInt64(30),
            UpstreamRequestId = row.TextOrNull(31),
            OptimizationMode = row.TextOrNull(32),
            OptimizationArm = row.TextOrNull(33),
            OptimizationOutcome = row.TextOrNull(34),
            OptimizationReason = row.TextOrNull(35),
            Conversation = row.TextOrNull(36),
            OptimizationTokensBefore = row.NumberOrNull(37),
            SavedNanoUsd = row.NumberOrNull(38),
            OptimizerCostNanoUsd = row.GetInt64(39),
            OptimizationMicros = row.GetInt64(40),
            OptimizationDetail = row.TextOrNull(41),
            ShadowPolicy = row.TextOrNull(42),
            ShadowOutcome = row.TextOrNull(43),
            ShadowTokensBefore = row.NumberOrNull(44),
            ShadowSavedTokens = row.GetInt64(45),
            ShadowSavedNanoUsd = row.NumberOrNull(46),
            ShadowMicros = row.GetInt64(47),
            ShadowDetail = row.TextOrNull(48),
        };

    public static string NameOf(UsageSource source) =>
        source switch
        {
            UsageSource.None => "none",
            UsageSource.Provider => "provider",
            UsageSource.Estimated => "estimated",
            UsageSource.Drained => "drained",
            _ => throw new ArgumentOutOfRangeException(nameof(source), source, "not a stored usage source"),
        };

    private static UsageSource SourceOf(string name) =>
        name switch
        {
            "none" => UsageSource.None,
            "provider" => UsageSource.Provider,
            "estimated" => UsageSource.Estimated,
            "drained" => UsageSource.Drained,
            _ => throw new InvalidDataException($"The ledger holds the usage source '{name}', which this version does not know."),
        };
}
