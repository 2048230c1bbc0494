using PromptGateway.Experiments.Statistics;
using PromptGateway.Usage;

namespace PromptGateway.Experiments.Report;

/// <summary>Adds up what one policy in shadow would have saved.</summary>
internal sealed class ShadowTotals(string policy)
{
    private readonly Sample _savedPercent = new();
    private readonly Sample _compute = new();
    private long _requests;
    private long _dropped;
    private long _before;
    private long _saved;
    private long _savedNano;

    public void Add(UsageRecord record)
    {
        if (record.ShadowOutcome == "dropped")
        {
            _dropped++;
            return;
        }
        _requests++;
        _compute.Add(record.ShadowMicros / 1000d);
        // On what no model has read nothing would have been saved.
        if (record.WasNeverRead)
            return;
        var before = record.ShadowTokensBefore ?? record.Usage.InputTokens + record.SavedInputTokens;
        _before += before;
        _saved += record.ShadowSavedTokens;
        _savedNano += record.ShadowSavedNanoUsd ?? 0;
        _savedPercent.Add(before == 0 ? 0 : 100d * record.ShadowSavedTokens / before);
    }

    public ShadowGroup Result() =>
        new()
        {
            Policy = policy,
            Requests = _requests,
            Dropped = _dropped,
            InputTokensBefore = _before,
            TokensSaved = _saved,
            SavedPercent = Spread.Of(_savedPercent),
            SavedUsd = _savedNano / 1_000_000_000m,
            ComputeMs = Spread.Of(_compute),
        };
}
