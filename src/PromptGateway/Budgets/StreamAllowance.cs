using PromptGateway.Chat;
using PromptGateway.Prompts;
using PromptGateway.Usage;

namespace PromptGateway.Budgets;

/// <summary>
/// Lets a stream run on as long as its budgets have room: its reservation grows with it, some tokens ahead, and where no more can be
/// had it ends. So a stream never uses what another request holds. Used by the one reader of the stream at a time.
/// </summary>
internal sealed class StreamAllowance(
    BudgetBook book,
    Reservation reservation,
    Prompt prompt,
    Operation operation,
    TokenForecast forecast,
    string keyId,
    UsageTally tally,
    TimeProvider time
) : IOutputAllowance
{
    /// <summary>Tokens that are paid for at a time: the lock of the book is taken once for so many.</summary>
    private static readonly long[] Steps = [64, 8, 1];
    private long? _promptTokens;

    public long OutputTokens { get; private set; }

    /// <summary>Counted, not estimated: a stream is stopped for it.</summary>
    public long PromptTokens => _promptTokens ??= tally.Target?.Model is { } model ? prompt.Count(operation, model).Tokens : 0;

    public int Choices => (int)Math.Clamp(prompt.Choices, 1, 128);

    public long Estimate(int textEvents, long textBytes) =>
        Math.Max(textEvents, forecast.Of(keyId, tally.Target?.Model).TokensOfOutput(textBytes));

    public Rejection? TryExtend(TokenUsage? reported, long output)
    {
        var usage = reported ?? new TokenUsage { InputTokens = PromptTokens };
        foreach (var step in Steps)
            if (
                book.TryExtend(reservation, Cost(usage with { OutputTokens = output + step }), time.GetUtcNow(), unasked: step == Steps[^1])
            )
            {
                OutputTokens = output + step;
                return null;
            }
        var stopping = Array.Find(reservation.Parts, part => part.Budget.Limit.Spec.StopStreams && part.Budget.Remaining == 0);
        return BudgetRejection.Stopped(stopping.Budget ?? Array.Find(reservation.Parts, part => part.Budget.Limit.Spec.StopStreams).Budget);
    }

    private BudgetCost Cost(TokenUsage usage) => new((tally.Target?.Price ?? tally.FallbackPrice)?.CostNanoUsd(usage), usage.TotalTokens);
}
