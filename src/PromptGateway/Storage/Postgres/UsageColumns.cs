using Npgsql;
using PromptGateway.Chat;
using PromptGateway.Usage;

namespace PromptGateway.Storage.Postgres;

/// <summary>A ledger row as columns of the <c>usage</c> table. <see cref="All"/> and <see cref="Read"/> keep one order.</summary>
internal static class UsageColumns
{
    public static readonly UsageColumn[] All =
    [
        Text("request_id", r => r.RequestId),
        Time("started_at", r => r.StartedAt),
        Text("key_id", r => r.KeyId),
        Text("key_name", r => r.KeyName),
        Text("team", r => r.Team),
        Text("upstream", r => r.Upstream),
        Text("provider", r => r.Provider),
        Text("operation", r => r.Operation),
        Text("endpoint", r => r.Endpoint),
        Text("requested_model", r => r.RequestedModel),
        Text("upstream_model", r => r.UpstreamModel),
        Text("response_model", r => r.ResponseModel),
        Flag("stream", r => r.Stream),
        Number("status", r => r.Status),
        Text("outcome", r => r.Outcome),
        Text("error_code", r => r.ErrorCode),
        Number("input_tokens", r => r.Usage.InputTokens),
        Number("cached_input_tokens", r => r.Usage.CachedInputTokens),
        Number("cache_write_tokens", r => r.Usage.CacheWriteTokens),
        Number("cache_write_1h_tokens", r => r.Usage.CacheWrite1hTokens),
        Number("output_tokens", r => r.Usage.OutputTokens),
        Number("reasoning_tokens", r => r.Usage.ReasoningTokens),
        Text("usage_source", r => UsageSources.NameOf(r.UsageSource)),
        Number("cost_nano_usd", r => r.CostNanoUsd),
        Number("attempts", r => r.Attempts),
        Number("duration_us", r => r.DurationMicros),
        Number("first_token_us", r => r.FirstTokenMicros),
        Number("request_bytes", r => r.RequestBytes),
        Number("response_bytes", r => r.ResponseBytes),
        Text("optimization", r => r.Optimization),
        Number("saved_input_tokens", r => r.SavedInputTokens),
        Text("upstream_request_id", r => r.UpstreamRequestId),
        Text("optimization_mode", r => r.OptimizationMode),
        Text("optimization_arm", r => r.OptimizationArm),
        Text("optimization_outcome", r => r.OptimizationOutcome),
        Text("optimization_reason", r => r.OptimizationReason),
        Text("conversation", r => r.Conversation),
        Number("optimization_tokens_before", r => r.OptimizationTokensBefore),
        Number("saved_nano_usd", r => r.SavedNanoUsd),
        Number("optimizer_cost_nano_usd", r => r.OptimizerCostNanoUsd),
        Number("optimization_us", r => r.OptimizationMicros),
        Text("optimization_detail", r => r.OptimizationDetail),
        Text("shadow_policy", r => r.ShadowPolicy),
        Text("shadow_outcome", r => r.ShadowOutcome),
        Number("shadow_tokens_before", r => r.ShadowTokensBefore),
        Number("shadow_saved_tokens", r => r.ShadowSavedTokens),
        Number("shadow_saved_nano_usd", r => r.ShadowSavedNanoUsd),
        Number("shadow_us", r => r.ShadowMicros),
        Text("shadow_detail", r => r.ShadowDetail),
        Text("response_id", r => r.ResponseId),
        Number("tool_calls", r => r.ToolCalls),
        Number("invalid_tool_calls", r => r.InvalidToolCalls),
    ];

    public static string List { get; } = string.Join(", ", All.Select(column => column.Name));

    public static UsageRecord Read(NpgsqlDataReader row) =>
        new()
        {
            RequestId = row.Text(0),
            StartedAt = PostgresTime.Read(row.GetDateTime(1)),
            KeyId = row.Text(2),
            KeyName = row.TextOrNull(3),
            Team = row.TextOrNull(4),
            Upstream = row.TextOrNull(5),
            Provider = row.TextOrNull(6),
            Operation = row.Text(7),
            Endpoint = row.TextOrNull(8),
            RequestedModel = row.TextOrNull(9),
            UpstreamModel = row.TextOrNull(10),
            ResponseModel = row.TextOrNull(11),
            Stream = row.GetBoolean(12),
            Status = row.GetInt32(13),
            Outcome = row.Text(14),
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
            UsageSource = UsageSources.Of(row.Text(22)),
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
            ResponseId = row.TextOrNull(49),
            ToolCalls = row.NumberOrNull(50),
            InvalidToolCalls = row.NumberOrNull(51),
        };

    private static UsageColumn Text(string name, Func<UsageRecord, string?> value) =>
        UsageColumn.Of(name, "text", record => PostgresText.WriteOrNull(value(record)));

    private static UsageColumn Number(string name, Func<UsageRecord, long?> value) => UsageColumn.Of(name, "bigint", value);

    private static UsageColumn Flag(string name, Func<UsageRecord, bool> value) => UsageColumn.Of(name, "boolean", value);

    private static UsageColumn Time(string name, Func<UsageRecord, DateTimeOffset> value) =>
        UsageColumn.Of(name, "timestamptz", record => PostgresTime.Write(value(record)));
}
