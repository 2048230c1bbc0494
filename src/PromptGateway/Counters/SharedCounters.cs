using System.Collections.Concurrent;
using System.Threading.Channels;

namespace PromptGateway.Counters;

/// <summary>
/// Brings counters to the bank: those that run low, those that somebody waits for, and all in use once a quarter of a lease. One
/// exchange at a time carries all that came meanwhile. A bank that does not answer costs a request at most
/// <see cref="CounterOptions.Timeout"/>, and for a moment after that nothing.
/// </summary>
internal sealed class SharedCounters(ICounterBank bank, CounterOptions options, TimeProvider time, ILogger<SharedCounters> log)
    : BackgroundService,
        ILeaseQueue
{
    private const int LargestBatch = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Places of requests that are over come back all the time: a refusal says little about the next moment.</summary>
    private static readonly TimeSpan SlotPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PurgeAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstRepeat = TimeSpan.FromMilliseconds(5);
    private readonly Channel<LeasedCounter> _queue = Channel.CreateUnbounded<LeasedCounter>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false }
    );
    private readonly ConcurrentDictionary<string, LeasedCounter> _all = new();
    private readonly ConcurrentDictionary<string, LeasedCounter> _active = new();
    private readonly ConcurrentDictionary<string, bool> _opening = new();
    private readonly string _holder = $"{Environment.MachineName}-{Guid.NewGuid():N}";
    private long _downUntil;
    private bool _failing;

    /// <summary>Beyond all counters that were forgotten.</summary>
    private LeaseOrigin _origin;

    /// <summary>Most replicas that were seen at one counter.</summary>
    public int Replicas { get; private set; } = 1;

    public BankClock Clock { get; } = new(time);
    public CounterOptions Options => options;

    /// <summary>Exchanges with the bank since the start.</summary>
    public long RoundTrips { get; private set; }

    /// <summary>A timestamp of this moment, to compare with the ends of leases.</summary>
    public long Stamp => time.GetTimestamp();

    /// <summary>The one counter of this name, made on first use.</summary>
    /// <param name="name">The same on all replicas.</param>
    /// <param name="kind">Who books.</param>
    /// <param name="gate">The owner's lock, always the same for a name.</param>
    public LeasedCounter Find(string name, CounterKind kind, Lock gate) =>
        _all.GetOrAdd(
            name,
            static (n, made) =>
                new LeasedCounter(n, made.kind, made.gate, made.queue, made.kind == CounterKind.Ledger ? made.queue._origin : default),
            (kind, gate, queue: this)
        );

    /// <summary>
    /// Nobody uses it any more; the next of its name begins anew. Under its lock, which is that of all counters that are ever forgotten.
    /// </summary>
    public void Forget(LeasedCounter counter)
    {
        var (sequence, booked) = counter.Origin;
        _origin = new LeaseOrigin(Math.Max(_origin.Sequence, sequence), Math.Max(_origin.Booked, booked));
        _all.TryRemove(new KeyValuePair<string, LeasedCounter>(counter.Name, counter));
    }

    /// <summary>Waits until the bank has spoken about all of them; gives up quietly when it does not.</summary>
    public async Task RefreshAsync(IReadOnlyList<LeasedCounter> counters, CancellationToken cancellationToken)
    {
        var answers = new Task[counters.Count];
        for (var i = 0; i < answers.Length; i++)
            lock (counters[i].Gate)
                answers[i] = counters[i].Heard();
        await Task.WhenAll(answers)
            .WaitAsync(options.Timeout, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Enqueue(LeasedCounter counter)
    {
        counter.IsQueued = true;
        if (!counter.IsActive)
            counter.IsActive = _active.TryAdd(counter.Name, counter);
        _queue.Writer.TryWrite(counter);
    }

    public long Deadline() => time.GetTimestamp() + Stamps(options.Timeout);

    /// <summary>Waits until there may be more of at least one of the counters.</summary>
    /// <param name="shortages">What a request is short of; not empty.</param>
    /// <param name="deadline">Of <see cref="Deadline"/>: for all attempts of one request together.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public async ValueTask<RefillOutcome> RefillAsync(IReadOnlyList<Shortage> shortages, long deadline, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        if (now < Volatile.Read(ref _downUntil))
            return RefillOutcome.Unavailable;
        var signals = new Task<RefillOutcome>[shortages.Count];
        for (var i = 0; i < signals.Length; i++)
            lock (shortages[i].Counter.Gate)
            {
                if (shortages[i].Counter.IsDry(now))
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
                if (counter.EndsAt - Stamps(options.Lease) < since)
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

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Windows are counted by the bank's clock from the first request on.
        var asked = time.GetTimestamp();
        try
        {
            Clock.Set(await bank.ReadClockAsync(cancellationToken), time.GetElapsedTime(asked));
            // The first exchange compiles and connects what the later ones use: no request should wait for that.
            await bank.LeaseAsync(_holder, [], cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Report(e);
        }
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await Task.WhenAll(ExchangeAlwaysAsync(stoppingToken), RenewAlwaysAsync(stoppingToken), PurgeAlwaysAsync(stoppingToken));
    }

    /// <summary>Gives back what is not in use. What a crash leaves behind comes back by itself, only later.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = new CancellationTokenSource(options.Timeout * 4);
        try
        {
            foreach (var batch in _active.Values.Chunk(LargestBatch))
                await bank.LeaseAsync(_holder, [.. batch.Select(Farewell)], patience.Token);
        }
        catch (Exception e)
        {
            log.LogWarning(e, "Leases could not be given back; they end by themselves");
        }
    }

    private static LeaseRequest Farewell(LeasedCounter counter)
    {
        lock (counter.Gate)
        {
            var last = counter.Ask();
            return last with { Want = last.Keep, Need = last.Keep, Least = last.Keep };
        }
    }

    private async Task ExchangeAlwaysAsync(CancellationToken stoppingToken)
    {
        var batch = new List<LeasedCounter>();
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var counter))
                    batch.Add(counter);
                var answered = await ExchangeAsync(batch, stoppingToken);
                batch.Clear();
                if (!answered)
                    await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    private async Task<bool> ExchangeAsync(List<LeasedCounter> counters, CancellationToken stoppingToken)
    {
        var asked = time.GetTimestamp();
        var requests = counters.ConvertAll(Ask);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            patience.CancelAfter(options.Timeout);
            RoundTrips++;
            // The database's driver may need a while to notice that it is cancelled.
            var answers = await bank.LeaseAsync(_holder, requests, patience.Token).WaitAsync(options.Timeout, time, stoppingToken);
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
            if (counter is { IsIdle: true, IsQueued: false } && _active.TryRemove(counter.Name, out _))
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
                Enqueue(counter);
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
                    Enqueue(counter);
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

    private async Task RenewAlwaysAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Lease / 4, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                foreach (var (_, counter) in _active)
                    lock (counter.Gate)
                        counter.Renew();
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    /// <summary>News from another replica; may be lost.</summary>
    public void Hear(CounterSignal signal)
    {
        if (signal.From != _holder && _active.TryGetValue(signal.Counter, out var counter))
            lock (counter.Gate)
                counter.Hear(signal.Returned);
    }

    private async Task PurgeAlwaysAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PurgeAfter, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await PurgeAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    private async Task PurgeAsync(CancellationToken stoppingToken)
    {
        try
        {
            await bank.PurgeAsync(stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning(e, "Counters of past windows could not be deleted; it is tried again in {Period}", PurgeAfter);
        }
    }

    /// <summary>One line when the bank goes away and one when it is back.</summary>
    private void Report(Exception? failure)
    {
        if (failure is not null && !_failing)
            log.LogError(failure, "Limits and budgets cannot be shared: the database does not answer; leases go on until they end");
        else if (failure is null && _failing)
            log.LogInformation("Limits and budgets are shared again");
        _failing = failure is not null;
    }

    private TimeSpan Left(long deadline) =>
        TimeSpan.FromTicks(Math.Max(0, (deadline - time.GetTimestamp()) * TimeSpan.TicksPerSecond / time.TimestampFrequency));

    private long Stamps(TimeSpan span) => span.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond;
}
