using PromptGateway.Chat;
using PromptGateway.Prompts;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>What a request will cost, before it is sent: as it usually is, and at worst.</summary>
internal static class CostForecast
{
    /// <summary>Output tokens of a model whose maximum is not known.</summary>
    private const long UnknownMaximum = 128_000;

    /// <summary>As usual requests of the key for the model.</summary>
    public static BudgetCost Expected(TargetList targets, Prompt? prompt, TokenHabit habit, ModelPrice? fallback)
    {
        var bytes = prompt?.SentLength ?? 0;
        return Highest(targets, habit.PromptTokens(bytes), _ => habit.OutputTokens(prompt?.MaxOutputTokens), fallback);
    }

    /// <summary>
    /// The prompt as counted, and the longest answer that the request or the model allows. Where the count is not certain it is taken
    /// half as much again, but no more than a token a byte.
    /// </summary>
    public static BudgetCost Worst(TargetList targets, Prompt? prompt, Operation operation, ModelPrice? fallback)
    {
        var input = 0L;
        if (prompt is not null && targets[0].Model is { } model)
        {
            var counted = prompt.Count(operation, model);
            input = counted.Exact ? counted.Tokens : Math.Min(prompt.SentLength, (counted.Tokens * 3L / 2) + 16);
        }
        return Highest(
            targets,
            input,
            target => operation == Operation.Embeddings ? 0 : (prompt?.Choices ?? 1) * Longest(target, prompt, fallback),
            fallback
        );
    }

    private static long Longest(Target target, Prompt? prompt, ModelPrice? fallback)
    {
        var maximum = (target.Price ?? fallback)?.MaxOutput ?? UnknownMaximum;
        return Math.Min(prompt?.MaxOutputTokens ?? maximum, maximum);
    }

    /// <summary>Any of the targets may be the one that answers, and any of the prompt may be written to its cache.</summary>
    private static BudgetCost Highest(TargetList targets, long input, Func<Target, long> output, ModelPrice? fallback)
    {
        var (nano, tokens) = ((long?)0, 0L);
        foreach (var target in targets.Span)
        {
            var outputTokens = output(target);
            tokens = Math.Max(tokens, input + outputTokens);
            if ((target.Price ?? fallback) is not { } price)
                return new BudgetCost(null, tokens);
            var plain = new TokenUsage { InputTokens = input, OutputTokens = outputTokens };
            var written = plain with { CacheWrite1hTokens = input };
            nano = Math.Max(nano.Value, Math.Max(price.CostNanoUsd(plain), price.CostNanoUsd(written)));
        }
        return new BudgetCost(nano, tokens);
    }
}
