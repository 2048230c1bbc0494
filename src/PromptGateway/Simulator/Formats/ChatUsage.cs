using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>The <c>usage</c> objects of OpenAI's APIs.</summary>
internal static class ChatUsage
{
    public static JsonObject Of(TokenUsage usage, string model)
    {
        var prompt = new JsonObject { ["cached_tokens"] = usage.CachedInputTokens, ["audio_tokens"] = 0 };
        if (ModelTraits.ReportsCacheWrites(model))
            prompt["cache_write_tokens"] = usage.CacheWriteTokens;
        return new()
        {
            ["prompt_tokens"] = usage.InputTokens,
            ["completion_tokens"] = usage.OutputTokens,
            ["total_tokens"] = usage.TotalTokens,
            ["prompt_tokens_details"] = prompt,
            ["completion_tokens_details"] = new JsonObject
            {
                ["reasoning_tokens"] = usage.ReasoningTokens,
                ["audio_tokens"] = 0,
                ["accepted_prediction_tokens"] = 0,
                ["rejected_prediction_tokens"] = 0,
            },
        };
    }

    /// <summary>Usage while a stream is under way.</summary>
    public static JsonObject Running(Answer answer, long outputTokens) =>
        Of(answer.Usage with { OutputTokens = outputTokens, ReasoningTokens = 0 }, answer.Request.Model);

    public static JsonObject OfResponse(TokenUsage usage) =>
        new()
        {
            ["input_tokens"] = usage.InputTokens,
            ["input_tokens_details"] = new JsonObject
            {
                ["cached_tokens"] = usage.CachedInputTokens,
                ["cache_write_tokens"] = usage.CacheWriteTokens,
            },
            ["output_tokens"] = usage.OutputTokens,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.ReasoningTokens },
            ["total_tokens"] = usage.TotalTokens,
        };
}
