using PromptGateway.Chat;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Experiments.Report;

/// <summary>What the provider's prompt cache made the prompts of one policy at one model cheaper by, in both arms.</summary>
internal sealed class CacheShares
{
    private long _input;
    private long _before;
    private long _discount;
    private long _controlInput;
    private long _controlDiscount;
    private bool _isPriced;

    public void Add(UsageRecord record, bool isControl, ModelPrice? price)
    {
        if (DiscountNano(record.Usage, price) is not { } discount)
            return;
        _isPriced = true;
        if (isControl)
        {
            _controlInput += record.Usage.InputTokens;
            _controlDiscount += discount;
            return;
        }
        _input += record.Usage.InputTokens;
        _before += record.Usage.InputTokens + record.SavedInputTokens;
        _discount += discount;
    }

    /// <summary>
    /// Nano-dollars of discounts that the prompts, as they were before, would have got with the control arm's share; null: not known. Saved
    /// tokens are valued at what a token of the optimized prompt did cost: a policy that spoils the cache makes its own savings look dear, so
    /// that the discount is lost on them too.
    /// </summary>
    public long? LostNanoUsd =>
        !_isPriced || _controlInput == 0 ? null
        : _input == 0 ? 0
        : (long)(((double)_controlDiscount / _controlInput - (double)_discount / _input) * _before);

    /// <summary>What the prompt would have cost without a cache, less what it did; null: the price is not known.</summary>
    private static long? DiscountNano(in TokenUsage usage, ModelPrice? price)
    {
        var plain = new TokenUsage { InputTokens = usage.InputTokens };
        var cached = plain with
        {
            CachedInputTokens = Math.Max(0, usage.CachedInputTokens - usage.CachedAudioTokens),
            CacheWriteTokens = usage.CacheWriteTokens,
            CacheWrite1hTokens = usage.CacheWrite1hTokens,
        };
        return price?.CostNanoUsd(plain) - price?.CostNanoUsd(cached);
    }
}
