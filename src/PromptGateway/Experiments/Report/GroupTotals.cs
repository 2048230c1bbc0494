using PromptGateway.Experiments.Statistics;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway.Experiments.Report;

/// <summary>Adds up one row of the report.</summary>
internal sealed class GroupTotals(string group, string? name)
{
    private readonly Dictionary<(string? Policy, string? Model), CacheShares> _shares = [];
    private readonly Sample _added = new();
    private readonly Sample _latency = new();
    private readonly Sample _savedPercent = new();
    private readonly Dictionary<string, long> _outcomes = new(StringComparer.Ordinal);
    private ClusteredMean? _feedback;
    private long _requests;
    private long _control;
    private long _measured;
    private long _input;
    private long _cached;
    private long _output;
    private long _cost;
    private long _unpriced;
    private long _optimizerCost;
    private long _before;
    private long _saved;
    private long _savedNano;
    private long _savedUnpriced;

    public void Add(UsageRecord record, ModelPrice? price, double? feedback)
    {
        if (record.OptimizationMode is not ("on" or "control"))
            return;
        var isControl = record.OptimizationMode == "control";
        if (record.IsMeasured())
            SharesOf(record).Add(record, isControl, price);
        if (isControl)
        {
            _control++;
            return;
        }
        _requests++;
        _outcomes[record.OptimizationOutcome ?? ""] = _outcomes.GetValueOrDefault(record.OptimizationOutcome ?? "") + 1;
        _added.Add(record.OptimizationMicros / 1000d);
        _latency.Add(record.DurationMicros / 1000d);
        _optimizerCost += record.OptimizerCostNanoUsd;
        if (feedback is { } score)
            (_feedback ??= new ClusteredMean()).Add(record.Cluster(), score);
        if (record.IsMeasured())
            AddMeasured(record);
    }

    private void AddMeasured(UsageRecord record)
    {
        _measured++;
        _input += record.Usage.InputTokens;
        _cached += record.Usage.CachedInputTokens;
        _output += record.Usage.OutputTokens;
        _cost += record.CostNanoUsd ?? 0;
        _unpriced += record.CostNanoUsd is null ? 1 : 0;
        _saved += record.SavedInputTokens;
        var before = record.Usage.InputTokens + record.SavedInputTokens;
        _before += before;
        _savedPercent.Add(before == 0 ? 0 : 100d * record.SavedInputTokens / before);
        _savedNano += record.SavedNanoUsd ?? 0;
        _savedUnpriced += record.SavedInputTokens != 0 && record.SavedNanoUsd is null ? 1 : 0;
    }

    private CacheShares SharesOf(UsageRecord record)
    {
        var key = (record.Optimization, record.UpstreamModel);
        if (!_shares.TryGetValue(key, out var shares))
            _shares.Add(key, shares = new CacheShares());
        return shares;
    }

    public ReportGroup Result()
    {
        var lost = _shares
            .Values.Select(shares => shares.LostNanoUsd)
            .Aggregate((long?)null, (sum, part) => part is null ? sum : (sum ?? 0) + part);
        return new ReportGroup
        {
            Group = group,
            Name = name,
            Requests = _requests,
            Applied = _outcomes.GetValueOrDefault("applied"),
            Unchanged = _outcomes.GetValueOrDefault("unchanged"),
            Skipped = _outcomes.GetValueOrDefault("skipped"),
            Failed = _outcomes.GetValueOrDefault("failed"),
            ControlRequests = _control,
            Measured = new MeasuredFigures
            {
                Requests = _measured,
                InputTokensAfter = _input,
                CachedInputTokens = _cached,
                OutputTokens = _output,
                CostUsd = Usd(_cost),
                UnpricedRequests = _unpriced,
                OptimizerCostUsd = Usd(_optimizerCost),
                AddedLatencyMs = Spread.Of(_added),
                LatencyMs = Spread.Of(_latency),
                Feedback = _feedback is null ? null : ArmValue.Of(_feedback.Count, _feedback.Interval()),
            },
            Estimated = new EstimatedFigures
            {
                InputTokensBefore = _before,
                TokensSaved = _saved,
                SavedPercent = Spread.Of(_savedPercent),
                SavedUsd = Usd(_savedNano),
                UnpricedRequests = _savedUnpriced,
                LostCacheDiscountUsd = lost is { } known ? Usd(known) : null,
                NetSavedUsd = Usd(_savedNano - _optimizerCost - (lost ?? 0)),
            },
        };
    }

    private static decimal Usd(long nano) => nano / 1_000_000_000m;
}
