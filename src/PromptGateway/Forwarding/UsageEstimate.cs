using PromptGateway.Chat;
using PromptGateway.Prompts;
using PromptGateway.Tokens;

namespace PromptGateway.Forwarding;

/// <summary>
/// Tokens of an exchange whose upstream reported none. The prompt is counted with the tokenizer (a long one by a sample of its start,
/// so that the cost is bounded); the output by what has passed.
/// </summary>
internal static class UsageEstimate
{
    /// <summary>Bytes of the prompt that are tokenized; about a millisecond.</summary>
    private const int Sample = 32 * 1024;

    /// <summary>Bytes of English text and JSON per token, for output whose tokens do not come one by one.</summary>
    private const int BytesPerToken = 4;

    public static TokenUsage Of(Prompt? prompt, Attempt attempt) =>
        new() { InputTokens = prompt is null ? 0 : PromptTokens(prompt.Body.Span), OutputTokens = OutputTokens(attempt) };

    private static long PromptTokens(ReadOnlySpan<byte> body)
    {
        var sample = body[..Math.Min(body.Length, Sample)];
        var tokens = (long)Tokenizer.O200k.Count(sample);
        return sample.Length == body.Length ? tokens : tokens * body.Length / sample.Length;
    }

    /// <summary>OpenAI sends about one token an event, others several: the larger of both views counts.</summary>
    private static long OutputTokens(Attempt attempt) =>
        attempt.Tap is { } tap ? Math.Max(tap.Facts.TextEvents, (tap.Facts.TextBytes + BytesPerToken - 1) / BytesPerToken) : 0;
}
