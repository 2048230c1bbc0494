using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Experiments.Report;

/// <summary>What share of the prompts came from the provider's cache, in both arms of one policy at one model.</summary>
internal sealed class CacheShares
{
    private long _input;
    private long _cached;
    private long _controlInput;
    private long _controlCached;
    private long? _discount;

    public void Add(UsageRecord record, bool isControl, ModelPrice? price)
    {
        _discount ??= price is null ? null : price.Input - (price.CachedInput ?? price.Input);
        if (isControl)
        {
            _controlInput += record.Usage.InputTokens;
            _controlCached += record.Usage.CachedInputTokens;
        }
        else
        {
            _input += record.Usage.InputTokens;
            _cached += record.Usage.CachedInputTokens;
        }
    }

    /// <summary>Nano-dollars of discounts that the optimized prompts would have got with the control arm's share; null: not known.</summary>
    public long? LostNanoUsd =>
        _controlInput == 0 || _discount is not { } discount
            ? null
            : (long)(((double)_controlCached / _controlInput * _input - _cached) * discount / 1000);
}
