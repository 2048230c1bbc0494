using PromptGateway.Chat;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Storage;

/// <summary>Ledger rows to test with.</summary>
internal static class SampleRows
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    public static UsageRecord Plain(string requestId) =>
        new()
        {
            RequestId = requestId,
            StartedAt = Start,
            KeyId = "key_a",
            Operation = "chat",
            Outcome = "ok",
            Status = 200,
        };

    public static UsageRecord Full(string requestId) =>
        Plain(requestId) with
        {
            StartedAt = Start.AddMicroseconds(7),
            KeyName = "app",
            Team = "search",
            Upstream = "openai-eu",
            Provider = "openai",
            Endpoint = "/v1/chat/completions",
            RequestedModel = "fast \0 'quoted' 日本語",
            UpstreamModel = "gpt-4o-mini",
            ResponseModel = "",
            Stream = true,
            Status = 499,
            Outcome = "client_closed",
            ErrorCode = "client_closed_request",
            Usage = new TokenUsage
            {
                InputTokens = 1000,
                CachedInputTokens = 600,
                CacheWriteTokens = 30,
                CacheWrite1hTokens = 20,
                OutputTokens = long.MaxValue,
                ReasoningTokens = 40,
            },
            UsageSource = UsageSource.Drained,
            CostNanoUsd = 123_456_789,
            Attempts = 2,
            DurationMicros = 1_234_567,
            FirstTokenMicros = 234_567,
            RequestBytes = 2048,
            ResponseBytes = 4096,
            Optimization = "lossless",
            SavedInputTokens = 77,
            UpstreamRequestId = "req_123",
            OptimizationMode = "control",
            OptimizationArm = "control",
            OptimizationOutcome = "applied",
            OptimizationReason = "time_budget",
            Conversation = "0123456789abcdef",
            OptimizationTokensBefore = 1077,
            SavedNanoUsd = -3,
            OptimizerCostNanoUsd = 9,
            OptimizationMicros = 812,
            OptimizationDetail = """{"transforms":[{"name":"json-compact","tokens_saved":77,"us":12.5}]}""",
            ShadowPolicy = "agent",
            ShadowOutcome = "unchanged",
            ShadowTokensBefore = 1500,
            ShadowSavedTokens = -7,
            ShadowSavedNanoUsd = 70,
            ShadowMicros = 1200,
            ShadowDetail = "{}",
            ResponseId = "chatcmpl-1",
            Session = "00112233445566778899aabbccddeeff",
            ToolCalls = 3,
            InvalidToolCalls = 1,
        };

    public static UsageRecord Priced(string requestId, string model, long costNano, long durationMicros = 1000) =>
        Plain(requestId) with
        {
            UpstreamModel = model,
            Usage = new TokenUsage { InputTokens = 10, OutputTokens = 5 },
            UsageSource = UsageSource.Provider,
            CostNanoUsd = costNano,
            DurationMicros = durationMicros,
        };
}
