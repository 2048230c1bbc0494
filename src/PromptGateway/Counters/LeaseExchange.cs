using System.Collections.Concurrent;

namespace PromptGateway.Counters;

/// <summary>One exchange with the bank at a time: tells it of many counters at once, and tells them what it says.</summary>
/// <param name="bank">Grants.</param>
/// <param name="holder">This replica.</param>
/// <param name="options">How long it may take.</param>
/// <param name="time">Leases are counted by its timestamps.</param>
/// <param name="active">Counters whose leases are renewed.</param>
/// <param name="again">Takes counters that are to be asked about once more.</param>
/// <param name="log">Hears when the bank goes away and comes back.</param>
internal sealed class LeaseExchange(
    ICounterBank bank,
    string holder,
    CounterOptions options,
    TimeProvider time,
    ConcurrentDictionary<string, LeasedCounter> active,
    ILeaseQueue again,
    ILogger log
)
{
    /// <summary>After a failure nobody asks for so long, and for so long a refusal holds.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Places of requests that are over come back all the time: a refusal says little about the next moment.</summary>
    private static readonly TimeSpan SlotPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstRepeat = TimeSpan.FromMilliseconds(5);
    private readonly ConcurrentDictionary<string, bool> _opening = new();
    private long _downUntil;
    private bool _failing;

    /// <summary>Most replicas that were seen at one counter.</summary>
    public int Replicas { get; private set; } = 1;

    public BankClock Clock { get; } = new(time);

    /// <summary>Exchanges with the bank since the start.</summary>
    public long RoundTrips { get; private set; }

    /// <summary>The bank has just failed: asking would be in vain.</summary>
    /// <param name="now">Timestamp.</param>
    public bool IsDown(long now) => now < Volatile.Read(ref _downUntil);

    /// <returns>False when the bank does not answer.</returns>
    public async Task<bool> RunAsync(List<LeasedCounter> counters, CancellationToken stoppingToken)
    {
        var asked = time.GetTimestamp();
        var requests = counters.ConvertAll(Ask);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            patience.CancelAfter(options.Timeout);
            RoundTrips++;
            // The database's driver may need a while to notice that it is cancelled.
            var answers = await bank.LeaseAsync(holder, requests, patience.Token).WaitAsync(options.Timeout, time, stoppingToken);
            for (var i = 0; i < answers.Length; i++)
                if (answers[i] is { } answer)
                    Take(counters[i], requests[i], answer, asked);
                else
                    Open(counters[i], requests[i], stoppingToken);
            Report(null);
            return true;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            Volatile.Write(ref _downUntil, time.GetTimestamp() + Stamps(Pause));
            counters.ForEach(Fail);
            Report(e);
            return false;
        }
    }

    private static LeaseRequest Ask(LeasedCounter counter)
    {
        lock (counter.Gate)
        {
            counter.IsQueued = false;
            return counter.Ask();
        }
    }

    private void Take(LeasedCounter counter, LeaseRequest request, in LeaseAnswer answer, long asked)
    {
        var now = time.GetTimestamp();
        Clock.Set(answer.Now, time.GetElapsedTime(asked, now));
        Replicas = Math.Max(Replicas, answer.Replicas);
        LeaseStep step;
        lock (counter.Gate)
        {
            step = counter.Take(
                request,
                answer,
                asked + Stamps(options.Lease),
                now + Stamps(counter.Kind == CounterKind.Slots ? SlotPause : Pause)
            );
            if (counter is { IsIdle: true, IsQueued: false } && active.TryRemove(counter.Name, out _))
                counter.IsActive = false;
        }
        if (step == LeaseStep.AskAgain)
            _ = AskAgainAsync(counter);
    }

    private async Task AskAgainAsync(LeasedCounter counter)
    {
        await Task.Delay(FirstRepeat * (1 << Math.Min(counter.Repeats, 4)), time);
        lock (counter.Gate)
            if (!counter.IsQueued)
                again.Enqueue(counter);
    }

    private static void Fail(LeasedCounter counter)
    {
        lock (counter.Gate)
            counter.Fail();
    }

    private void Open(LeasedCounter counter, LeaseRequest request, CancellationToken stoppingToken)
    {
        if (_opening.TryAdd(request.Counter, true))
            _ = OpenAsync(counter, request, stoppingToken);
    }

    /// <summary>Reading the ledger may take long: nothing else waits for it.</summary>
    private async Task OpenAsync(LeasedCounter counter, LeaseRequest request, CancellationToken stoppingToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        patience.CancelAfter(OpenTimeout);
        try
        {
            await bank.OpenAsync(request, patience.Token);
            lock (counter.Gate)
                if (!counter.IsQueued)
                    again.Enqueue(counter);
        }
        catch (Exception e)
        {
            Fail(counter);
            Report(e);
        }
        finally
        {
            _opening.TryRemove(request.Counter, out _);
        }
    }

    /// <summary>One line when the bank goes away and one when it is back.</summary>
    public void Report(Exception? failure)
    {
        if (failure is not null && !_failing)
            log.LogError(failure, "Limits and budgets cannot be shared: the database does not answer; leases go on until they end");
        else if (failure is null && _failing)
            log.LogInformation("Limits and budgets are shared again");
        _failing = failure is not null;
    }

    /// <summary>As a difference of timestamps.</summary>
    public long Stamps(TimeSpan span) => span.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond;
}
