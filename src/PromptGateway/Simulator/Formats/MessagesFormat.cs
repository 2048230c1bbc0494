using System.Text.Json.Nodes;
using PromptGateway.Chat;
using PromptGateway.Simulator.Behavior;
using PromptGateway.Simulator.Generation;

namespace PromptGateway.Simulator.Formats;

/// <summary>Anthropic Messages. Every event has an <c>event:</c> line: its clients drop events without one.</summary>
internal sealed class MessagesFormat : IAnswerFormat
{
    private const string Thinking = "The simulator does not think; it only shows where thinking stands.";

    public JsonObject Whole(Answer answer)
    {
        var content = new JsonArray();
        foreach (var block in Blocks(answer))
            content.Add(block.Whole());
        var message = Head(answer, content);
        message["stop_reason"] = StopReason(answer);
        message["stop_sequence"] = answer.Choices[0].StopSequence;
        if (answer.UsageStyle is not UsageStyle.None)
            message["usage"] = Usage(answer.Usage, answer.Usage.OutputTokens);
        return message;
    }

    /// <summary>message_start, the blocks, message_delta with the cumulative usage, message_stop.</summary>
    public IEnumerable<StreamFrame> Stream(Answer answer)
    {
        var message = Head(answer, []);
        message["stop_reason"] = null;
        message["stop_sequence"] = null;
        if (answer.UsageStyle is not UsageStyle.None)
            message["usage"] = Usage(answer.Usage with { ReasoningTokens = 0 }, Math.Min(1, answer.Usage.OutputTokens));
        yield return StreamFrame.Typed(new() { ["type"] = "message_start", ["message"] = message });

        var index = 0;
        foreach (var block in Blocks(answer))
        {
            yield return StreamFrame.Typed(Indexed("content_block_start", index, "content_block", block.Start));
            if (index == 0)
                yield return StreamFrame.Typed(new() { ["type"] = "ping" });
            foreach (var delta in block.Deltas)
                yield return StreamFrame.Typed(Indexed("content_block_delta", index, "delta", delta), isDelta: true);
            yield return StreamFrame.Typed(new() { ["type"] = "content_block_stop", ["index"] = index });
            index++;
        }

        yield return StreamFrame.Typed(MessageDelta(answer));
        yield return StreamFrame.Typed(new() { ["type"] = "message_stop" });
    }

    public IEnumerable<StreamFrame> StreamError(Answer answer, Rejection error, int sent) =>
        [StreamFrame.Typed(AnthropicError.Body(error, $"req_{answer.Id}"))];

    private static JsonObject MessageDelta(Answer answer)
    {
        var delta = new JsonObject
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = StopReason(answer), ["stop_sequence"] = answer.Choices[0].StopSequence },
        };
        if (answer.UsageStyle is not UsageStyle.None)
            delta["usage"] = new JsonObject
            {
                ["input_tokens"] = Uncached(answer.Usage),
                ["cache_creation_input_tokens"] = answer.Usage.CacheWriteTokens + answer.Usage.CacheWrite1hTokens,
                ["cache_read_input_tokens"] = answer.Usage.CachedInputTokens,
                ["output_tokens"] = answer.Usage.OutputTokens,
                ["output_tokens_details"] = new JsonObject { ["thinking_tokens"] = answer.Usage.ReasoningTokens },
            };
        return delta;
    }

    private static IEnumerable<MessageBlock> Blocks(Answer answer)
    {
        var choice = answer.Choices[0];
        if (answer.Request.Reasons)
            yield return MessageBlock.Thinking(answer.Request.ShowReasoning ? Thinking : "", answer.Id);
        if (choice.Calls.Count == 0 && choice.Pieces.Count > 0)
            yield return MessageBlock.Text(choice.Pieces);
        for (var i = 0; i < choice.Calls.Count; i++)
            yield return MessageBlock.ToolUse(answer.PartId("toolu", i), choice.Calls[i]);
    }

    private static JsonObject Head(Answer answer, JsonArray content) =>
        new()
        {
            ["id"] = $"msg_{answer.Id}",
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = answer.Request.Model,
            ["content"] = content,
        };

    private static JsonObject Usage(TokenUsage usage, long outputTokens) =>
        new()
        {
            ["input_tokens"] = Uncached(usage),
            ["cache_creation_input_tokens"] = usage.CacheWriteTokens + usage.CacheWrite1hTokens,
            ["cache_read_input_tokens"] = usage.CachedInputTokens,
            ["cache_creation"] = new JsonObject
            {
                ["ephemeral_5m_input_tokens"] = usage.CacheWriteTokens,
                ["ephemeral_1h_input_tokens"] = usage.CacheWrite1hTokens,
            },
            ["output_tokens"] = outputTokens,
            ["output_tokens_details"] = new JsonObject { ["thinking_tokens"] = usage.ReasoningTokens },
            ["service_tier"] = "standard",
        };

    /// <summary>Anthropic's <c>input_tokens</c> is only what was neither read from the cache nor written to it.</summary>
    private static long Uncached(TokenUsage usage) =>
        usage.InputTokens - usage.CachedInputTokens - usage.CacheWriteTokens - usage.CacheWrite1hTokens;

    private static JsonObject Indexed(string type, int index, string name, JsonObject value) =>
        new()
        {
            ["type"] = type,
            ["index"] = index,
            [name] = value,
        };

    private static string StopReason(Answer answer) =>
        answer.Choices[0].Finish switch
        {
            FinishCause.Length => "max_tokens",
            FinishCause.StopSequence => "stop_sequence",
            FinishCause.ToolCalls => "tool_use",
            _ => "end_turn",
        };
}
