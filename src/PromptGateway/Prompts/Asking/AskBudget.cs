namespace PromptGateway.Prompts.Asking;

/// <summary>What the questions of a day may use together. Reserves what a question may cost at most, settles with what it did. Thread-safe.</summary>
internal sealed class AskBudget(TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateOnly _day;
    private long _nanoUsd;
    private long _tokens;

    /// <summary>False when the day's rest is too small; nothing is taken then.</summary>
    public bool TryReserve(AskSettings settings, AskCost most)
    {
        lock (_gate)
        {
            Turn();
            var nanoUsd = most.NanoUsd ?? 0;
            if (settings.MostNanoUsdPerDay > 0 && _nanoUsd + nanoUsd > settings.MostNanoUsdPerDay)
                return false;
            if (settings.MostTokensPerDay > 0 && _tokens + most.Tokens > settings.MostTokensPerDay)
                return false;
            _nanoUsd += nanoUsd;
            _tokens += most.Tokens;
            return true;
        }
    }

    /// <summary>Of a question that went on over midnight nothing is given back: it counts for the new day.</summary>
    public void Settle(AskCost reserved, AskCost used)
    {
        lock (_gate)
        {
            Turn();
            _nanoUsd = Math.Max(0, _nanoUsd - (reserved.NanoUsd ?? 0)) + (used.NanoUsd ?? 0);
            _tokens = Math.Max(0, _tokens - reserved.Tokens) + used.Tokens;
        }
    }

    private void Turn()
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (today == _day)
            return;
        (_day, _nanoUsd, _tokens) = (today, 0, 0);
    }
}
