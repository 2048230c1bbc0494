using PromptGateway.Chat;

namespace PromptGateway.Providers.OpenAI;

/// <summary>
/// The <c>usage</c> object of chat completions (<c>prompt_tokens</c>), of Responses, embeddings, images, audio and realtime
/// (<c>input_tokens</c>), and of models that are charged by time (<c>seconds</c>), with the deviations of wire.md section g.
/// </summary>
internal static class OpenAIUsage
{
    public static bool TryRead(ReadOnlySpan<byte> json, ref TokenUsage usage)
    {
        long input = 0,
            output = 0,
            total = 0,
            cached = 0,
            written = 0,
            reasoning = 0,
            millis = 0;
        var audio = default(AudioTokens);
        var found = false;
        var numbers = new UsageNumbers(json);
        while (numbers.Next())
        {
            var name = numbers.Name;
            var value = numbers.Value;
            if (numbers.Group.IsEmpty)
            {
                if (name.SequenceEqual("prompt_tokens"u8) || name.SequenceEqual("input_tokens"u8))
                    (input, found) = (value, true);
                else if (name.SequenceEqual("completion_tokens"u8) || name.SequenceEqual("output_tokens"u8))
                    (output, found) = (value, true);
                else if (name.SequenceEqual("total_tokens"u8))
                    (total, found) = (value, true);
                else if (name.SequenceEqual("prompt_cache_hit_tokens"u8))
                    cached = Math.Max(cached, value);
                else if (name.SequenceEqual("seconds"u8))
                    (millis, found) = (value, true);
            }
            else if (name.SequenceEqual("cached_tokens"u8))
                cached = value;
            else if (name.SequenceEqual("cache_write_tokens"u8))
                written = value;
            else if (name.SequenceEqual("reasoning_tokens"u8))
                reasoning = value;
            else if (name.SequenceEqual("audio_tokens"u8))
                audio.Add(numbers.Group, numbers.InnerGroup, value);
        }
        // Embeddings of some name only the sum; of others it is not known which side it was, and the prompt is the larger.
        if (input == 0 && output == 0)
            input = total;
        // What the total has more: of who leaves the cached part out of the prompt, that; else reasoning, which xAI leaves out of
        // completion_tokens, and Gemini out of all but the total.
        var more = Math.Max(0, total - input - output);
        if (cached + written > input && cached + written <= more)
            input += more;
        else
            output += more;
        if (found)
            usage = new TokenUsage
            {
                InputTokens = input,
                OutputTokens = output,
                CachedInputTokens = cached,
                CacheWriteTokens = written,
                ReasoningTokens = reasoning,
                AudioInputTokens = audio.Input,
                CachedAudioTokens = audio.Cached,
                AudioOutputTokens = audio.Output,
                AudioMillis = millis,
            };
        return found;
    }
}
