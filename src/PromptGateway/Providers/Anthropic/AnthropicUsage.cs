using PromptGateway.Chat;

namespace PromptGateway.Providers.Anthropic;

/// <summary>
/// Anthropic's <c>usage</c>: <c>input_tokens</c> is only the uncached rest, so the prompt is the sum of three numbers (wire.md
/// section c; adding cache creation twice was another gateway's bug, field report 53).
/// </summary>
internal static class AnthropicUsage
{
    /// <summary>
    /// Merges one <c>usage</c> object into what is known. A stream reports twice and the second time often without the input side;
    /// numbers are cumulative, so the later replaces the earlier, but a zero never replaces a number (field reports 14, 15).
    /// </summary>
    public static bool TryMerge(ReadOnlySpan<byte> json, ref TokenUsage usage)
    {
        long? uncached = null,
            read = null,
            created = null,
            created1h = null,
            output = null,
            thinking = null;
        var numbers = new UsageNumbers(json);
        while (numbers.Next())
        {
            var name = numbers.Name;
            var value = numbers.Value;
            if (numbers.Group.IsEmpty)
            {
                if (name.SequenceEqual("input_tokens"u8))
                    uncached = value;
                else if (name.SequenceEqual("cache_read_input_tokens"u8))
                    read = value;
                else if (name.SequenceEqual("cache_creation_input_tokens"u8))
                    created = value;
                else if (name.SequenceEqual("output_tokens"u8))
                    output = value;
            }
            else if (name.SequenceEqual("ephemeral_1h_input_tokens"u8))
                created1h = value;
            else if (name.SequenceEqual("thinking_tokens"u8))
                thinking = value;
        }
        if (uncached is null && output is null)
            return false;
        usage = Merged(usage, uncached, read, created, created1h, output, thinking);
        return true;
    }

    private static TokenUsage Merged(
        TokenUsage known,
        long? uncached,
        long? read,
        long? created,
        long? created1h,
        long? output,
        long? thinking
    )
    {
        var cached = Later(read, known.CachedInputTokens);
        var written = Later(created, known.CacheWriteTokens + known.CacheWrite1hTokens);
        var written1h = Math.Min(Later(created1h, known.CacheWrite1hTokens), written);
        var before = known.InputTokens - known.CachedInputTokens - known.CacheWriteTokens - known.CacheWrite1hTokens;
        return new TokenUsage
        {
            InputTokens = Later(uncached, before) + cached + written,
            CachedInputTokens = cached,
            CacheWriteTokens = written - written1h,
            CacheWrite1hTokens = written1h,
            OutputTokens = Later(output, known.OutputTokens),
            ReasoningTokens = Later(thinking, known.ReasoningTokens),
        };
    }

    private static long Later(long? now, long before) => now is > 0 ? now.Value : before;
}
