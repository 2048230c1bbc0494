using PromptGateway.Chat;
using PromptGateway.Prompts.Optimization;
using PromptGateway.Routing;

namespace PromptGateway.Usage;

/// <summary>What the ledger says of a request's optimization.</summary>
internal static class OptimizationColumns
{
    public static UsageRecord With(this UsageRecord record, PromptOptimization? optimization, ModelPrice? price)
    {
        if (optimization is null)
            return record;
        var applied = optimization.Mode == OptimizationMode.On ? optimization.Result : null;
        var isApplied = applied?.Outcome == OptimizationOutcome.Applied && !record.WasNeverRead;
        var saved = isApplied ? applied!.TokensSaved : 0;
        return record with
        {
            Optimization = optimization.Policy,
            OptimizationMode = optimization.Mode,
            OptimizationArm = optimization.Arm,
            Conversation = optimization.Conversation,
            OptimizationOutcome = applied?.Outcome,
            OptimizationReason = applied?.Reason,
            OptimizationTokensBefore = isApplied ? record.Usage.InputTokens + saved : null,
            SavedInputTokens = saved,
            SavedNanoUsd = isApplied ? Worth(saved, record, price) : null,
            OptimizationMicros = (long)(applied?.Time.TotalMicroseconds ?? 0),
            OptimizationDetail = applied is null ? null : OptimizationDetail.Write(applied),
            OptimizerCostNanoUsd = optimization.Asked?.CostNanoUsd ?? 0,
            ShadowPolicy = optimization.Shadow?.Policy,
        };
    }

    /// <summary>The result of shadow work, which compares with the prompt as the client sent it.</summary>
    public static UsageRecord WithShadow(this UsageRecord record, PolicyResult result, ModelPrice? price) =>
        record with
        {
            ShadowOutcome = result.Outcome,
            ShadowTokensBefore = record.Usage.InputTokens + record.SavedInputTokens,
            ShadowSavedTokens = result.TokensSaved,
            ShadowSavedNanoUsd = Worth(result.TokensSaved, record, price),
            ShadowMicros = (long)result.Time.TotalMicroseconds,
            ShadowDetail = OptimizationDetail.Write(result),
        };

    /// <summary>
    /// Saved tokens at what a token of this prompt did cost on average: had they been sent, as many of them would have come from the
    /// provider's cache, or been written to it, as of the rest. Nothing is saved on a prompt that no model has read.
    /// </summary>
    private static long? Worth(long tokens, UsageRecord record, ModelPrice? price)
    {
        if (price is null || record.WasNeverRead)
            return null;
        var usage = record.Usage with { OutputTokens = 0, ReasoningTokens = 0, AudioOutputTokens = 0 };
        if (usage.InputTokens <= 0)
            usage = new TokenUsage { InputTokens = Math.Max(1, Math.Abs(tokens)) };
        return (long?)((Int128)tokens * price.CostNanoUsd(usage) / usage.InputTokens);
    }
}
