namespace PromptGateway.Prompts.Asking;

/// <summary>What the questions of a day may use together. Reserves what a question may cost at most, settles with what it did. Thread-safe.</summary>
internal sealed class AskBudget(TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateOnly _day;
    private long _nanoUsd;
    private long _tokens;

    /// <summary>Null when the day's rest is too small; nothing is taken then. What is given must be settled in any case.</summary>
    public AskReservation? TryReserve(AskSettings settings, AskCost most)
    {
        lock (_gate)
        {
            Turn();
            var nanoUsd = most.NanoUsd ?? 0;
            if (settings.MostNanoUsdPerDay > 0 && _nanoUsd + nanoUsd > settings.MostNanoUsdPerDay)
                return null;
            if (settings.MostTokensPerDay > 0 && _tokens + most.Tokens > settings.MostTokensPerDay)
                return null;
            _nanoUsd += nanoUsd;
            _tokens += most.Tokens;
            return new AskReservation(this, most, _day);
        }
    }

    /// <summary>Called by the reservation, once. Of a question that went on over midnight only what it used counts for the new day.</summary>
    public void Settle(AskReservation reserved, AskCost used)
    {
        lock (_gate)
        {
            Turn();
            if (reserved.Day == _day)
            {
                _nanoUsd -= reserved.Most.NanoUsd ?? 0;
                _tokens -= reserved.Most.Tokens;
            }
            _nanoUsd += used.NanoUsd ?? 0;
            _tokens += used.Tokens;
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
