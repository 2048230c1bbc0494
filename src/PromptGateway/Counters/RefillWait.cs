namespace PromptGateway.Counters;

/// <summary>Lets a request wait, for a bounded time, until other replicas have given something back or said that they have nothing.</summary>
internal sealed class RefillWait(CounterOptions options, TimeProvider time, LeaseExchange exchange)
{
    public long Deadline() => time.GetTimestamp() + exchange.Stamps(options.Timeout);

    /// <summary>Waits until there may be more of at least one of the counters.</summary>
    /// <param name="shortages">What a request is short of; not empty.</param>
    /// <param name="deadline">Of <see cref="Deadline"/>: for all attempts of one request together.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public async ValueTask<RefillOutcome> RefillAsync(IReadOnlyList<Shortage> shortages, long deadline, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        if (exchange.IsDown(now))
            return RefillOutcome.Unavailable;
        var signals = new Task<RefillOutcome>[shortages.Count];
        for (var i = 0; i < signals.Length; i++)
            lock (shortages[i].Counter.Gate)
            {
                if (shortages[i].Counter.IsDry(shortages[i].Cost, now))
                    return Leave(shortages, signals, RefillOutcome.Refused);
                signals[i] = shortages[i].Counter.Wait(shortages[i].Cost);
            }
        var outcome = RefillOutcome.Refilled;
        try
        {
            foreach (var signal in signals)
                outcome = Worse(outcome, await signal.WaitAsync(Left(deadline), time, cancellationToken));
        }
        catch (TimeoutException)
        {
            outcome = HasAnswered(shortages, now) ? RefillOutcome.Refused : RefillOutcome.Unavailable;
        }
        catch (OperationCanceledException)
        {
            Leave(shortages, signals, outcome);
            throw;
        }
        return outcome == RefillOutcome.Refilled ? outcome : Leave(shortages, signals, outcome);
    }

    /// <summary>The bank is there, only nobody gives anything back.</summary>
    private bool HasAnswered(IReadOnlyList<Shortage> shortages, long since)
    {
        foreach (var (counter, _) in shortages)
            lock (counter.Gate)
                if (counter.EndsAt - exchange.Stamps(options.Lease) < since)
                    return false;
        return true;
    }

    private static RefillOutcome Worse(RefillOutcome one, RefillOutcome other) => one > other ? one : other;

    private static RefillOutcome Leave(IReadOnlyList<Shortage> shortages, Task<RefillOutcome>?[] signals, RefillOutcome outcome)
    {
        for (var i = 0; i < signals.Length; i++)
            if (signals[i] is { } signal)
                lock (shortages[i].Counter.Gate)
                    shortages[i].Counter.Leave(signal, shortages[i].Cost);
        return outcome;
    }

    private TimeSpan Left(long deadline) =>
        TimeSpan.FromTicks(Math.Max(0, (deadline - time.GetTimestamp()) * TimeSpan.TicksPerSecond / time.TimestampFrequency));
}
