using PromptGateway.Chat;
using PromptGateway.Prompts;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>What a request will cost, before it is sent: as it usually is, and at worst.</summary>
internal static class CostForecast
{
    private static readonly byte[][] Elsewhere =
    [
        "\"image"u8.ToArray(),
        "\"file"u8.ToArray(),
        "\"document\""u8.ToArray(),
        "\"input_"u8.ToArray(),
        "\"audio"u8.ToArray(),
        "\"previous_response_id\""u8.ToArray(),
        "\"conversation\""u8.ToArray(),
        "\"prompt\""u8.ToArray(),
        "\\u"u8.ToArray(),
    ];

    /// <summary>Output tokens of a model whose maximum is not known, and input tokens of one whose context is not.</summary>
    private const long UnknownMaximum = 128_000;

    /// <summary>As usual requests of the key for the model.</summary>
    public static BudgetCost Expected(Target target, Prompt? prompt, TokenHabit habit, ModelPrice? fallback) =>
        Cost(target, habit.PromptTokens(prompt?.SentLength ?? 0), habit.OutputTokens(prompt?.MaxOutputTokens), fallback);

    public static BudgetCost Expected(OpenRequest request, TokenHabit habit, ModelPrice? fallback) =>
        Cost(request.Target, habit.PromptTokens(request.PromptBytes), habit.OutputTokens(request.MaxOutputTokens), fallback);

    /// <summary>At most a token a byte, and the longest answers.</summary>
    public static BudgetCost Worst(OpenRequest request, ModelPrice? fallback) =>
        Cost(
            request.Target,
            request.PromptBytes,
            request.Operation == Operation.Embeddings ? 0 : request.Choices * Longest(request.Target, request.MaxOutputTokens, fallback),
            fallback
        );

    /// <summary>
    /// The prompt as counted, and the longest answer that the request or the model allows. Where the count is not certain it is taken
    /// half as much again, but no more than a token a byte. One that goes on from an earlier response may fill the model's context.
    /// </summary>
    public static BudgetCost Worst(Target target, Prompt? prompt, Operation operation, ModelPrice? fallback)
    {
        var input =
            prompt is null || target.Model is not { } model ? 0
            : prompt.GoesOn ? (target.Price ?? fallback)?.ContextWindow ?? UnknownMaximum
            : LongestPrompt(prompt, operation, model);
        return Cost(target, input, LongestOutput(target, prompt, operation, fallback), fallback);
    }

    /// <summary>Images and files that are only named have more tokens than the request has bytes.</summary>
    private static long LongestPrompt(Prompt prompt, Operation operation, string model)
    {
        var counted = prompt.Count(operation, model);
        return counted.Exact ? counted.Tokens : Math.Max(counted.Tokens, Math.Min(prompt.SentLength, (counted.Tokens * 3L / 2) + 16));
    }

    /// <summary>
    /// A bound that costs no counting: text has at most a token a byte. Null when the request may name what is not in it (images, files,
    /// earlier responses), or hide that it does behind escapes.
    /// </summary>
    public static BudgetCost? WorstByBytes(Target target, Prompt prompt, Operation operation, ModelPrice? fallback) =>
        prompt.GoesOn || NamesMore(prompt.Body.Span)
            ? null
            : Cost(target, prompt.SentLength, LongestOutput(target, prompt, operation, fallback), fallback);

    private static long LongestOutput(Target target, Prompt? prompt, Operation operation, ModelPrice? fallback) =>
        operation == Operation.Embeddings ? 0 : (prompt?.Choices ?? 1) * Longest(target, prompt?.MaxOutputTokens, fallback);

    private static bool NamesMore(ReadOnlySpan<byte> body)
    {
        foreach (var sign in Elsewhere)
            if (body.IndexOf(sign) >= 0)
                return true;
        return false;
    }

    private static long Longest(Target target, long? asked, ModelPrice? fallback)
    {
        var maximum = (target.Price ?? fallback)?.MaxOutput ?? UnknownMaximum;
        return Math.Min(asked ?? maximum, maximum);
    }

    /// <summary>Any of the prompt may be written to the provider's cache, which costs more.</summary>
    private static BudgetCost Cost(Target target, long input, long output, ModelPrice? fallback)
    {
        if ((target.Price ?? fallback) is not { } price)
            return new BudgetCost(null, input + output);
        var plain = new TokenUsage { InputTokens = input, OutputTokens = output };
        var written = plain with { CacheWrite1hTokens = input };
        return new BudgetCost(
            Math.Max(price.CostNanoUsd(plain).GetValueOrDefault(), price.CostNanoUsd(written).GetValueOrDefault()),
            input + output
        );
    }
}
