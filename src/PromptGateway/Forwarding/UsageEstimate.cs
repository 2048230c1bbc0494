using PromptGateway.Chat;
using PromptGateway.Prompts;
using PromptGateway.Routing;
using PromptGateway.Tokens;

namespace PromptGateway.Forwarding;

/// <summary>
/// Tokens of an exchange whose upstream reported none. The prompt is counted with the tokenizer (a long one by a sample of its start,
/// so that the cost is bounded); the output by what has passed.
/// </summary>
internal static class UsageEstimate
{
    /// <summary>Bytes; a longer body is not parsed for this, but counted by a sample of its start, JSON and all.</summary>
    private const int LongestParsed = 256 * 1024;

    /// <summary>Bytes of text that are tokenized, about a millisecond; the rest is extrapolated.</summary>
    private const int Sample = 32 * 1024;

    /// <summary>Bytes of English text and JSON per token, for output whose tokens do not come one by one.</summary>
    private const int BytesPerToken = 4;

    /// <summary>Bytes of an answer in one piece that are not what was generated: ids, the model, names of members.</summary>
    private const int Envelope = 250;

    /// <param name="prompt">What was sent.</param>
    /// <param name="operation">The API that was called.</param>
    /// <param name="attempt">What has passed.</param>
    /// <param name="announced">The whole length that the upstream announced; null: it did not.</param>
    public static TokenUsage Of(Prompt? prompt, Operation operation, Attempt attempt, long? announced) =>
        new()
        {
            // Counted once: asked for before the end of an answer and after it.
            InputTokens =
                attempt.Allowance is { } allowance ? allowance.PromptTokens
                : prompt is null ? 0
                : attempt.PromptTokens ??= PromptTokens(prompt, operation, attempt.Target),
            OutputTokens =
                !Settlement.Generates(operation) ? 0
                : attempt.Tap is BodyTap { BytesRead: > 0, GaveUp: false } whole
                    ? OutputTokens(whole, prompt, attempt.Target.Price?.MaxOutput, announced)
                : OutputTokens(attempt),
        };

    /// <summary>
    /// An answer in one piece is sent when all of it was generated: what the client did not wait for counts too. Sound and
    /// probabilities are long in bytes, so no more is taken for generated than the client or the model allows.
    /// </summary>
    private static long OutputTokens(BodyTap whole, Prompt? prompt, long? longest, long? announced)
    {
        var text = Math.Max(whole.BytesRead, announced ?? 0) - Envelope;
        var tokens = Math.Max(1, text / BytesPerToken);
        return (prompt?.MaxOutputTokens ?? longest) is { } cap && cap < tokens ? Math.Min(tokens, cap * (prompt?.Choices ?? 1)) : tokens;
    }

    /// <summary>Images and files in a request are long in bytes: no more is taken for read than the model can read.</summary>
    private static long PromptTokens(Prompt prompt, Operation operation, Target target)
    {
        var counted = Count(prompt, operation, target.Model);
        // The others may have many prompts in one request.
        var hasOnePrompt = operation is Operation.Chat or Operation.Responses or Operation.Messages;
        return hasOnePrompt && target.Price?.ContextWindow is { } window ? Math.Min(counted, window) : counted;
    }

    private static long Count(Prompt prompt, Operation operation, string? model)
    {
        var body = prompt.Sent;
        if (body.Length <= LongestParsed)
            return RequestTokenCount.Of(body, FormatOf(operation), model ?? "", Sample).Tokens;
        var tokens = (long)Tokenizer.O200k.Count(body.Span[..Sample]);
        return tokens * body.Length / Sample;
    }

    private static RequestFormat FormatOf(Operation operation) =>
        operation switch
        {
            Operation.Responses => RequestFormat.Responses,
            Operation.Messages => RequestFormat.Messages,
            Operation.Completion => RequestFormat.Completions,
            Operation.Embeddings => RequestFormat.Embeddings,
            _ => RequestFormat.ChatCompletions,
        };

    /// <summary>OpenAI sends about one token an event, others several: the larger of both views counts.</summary>
    public static long OutputTokens(Attempt attempt) =>
        attempt is { Tap: { } seen, Allowance: { } allowance } ? allowance.Estimate(seen.Facts.TextEvents, seen.Facts.TextBytes)
        : attempt.Tap is { } tap ? Math.Max(tap.Facts.TextEvents, (tap.Facts.TextBytes + BytesPerToken - 1) / BytesPerToken)
        : 0;
}
