using System.Collections.Concurrent;
using System.Threading.Channels;

namespace PromptGateway.Counters;

/// <summary>
/// Brings counters to the bank: those that run low, those that somebody waits for, and all in use once a quarter of a lease. One
/// exchange at a time carries all that came meanwhile. A bank that does not answer costs a request at most
/// <see cref="CounterOptions.Timeout"/>, and for a moment after that nothing.
/// </summary>
internal sealed class SharedCounters : BackgroundService, ILeaseQueue
{
    private const int LargestBatch = 500;
    private static readonly TimeSpan PurgeAfter = TimeSpan.FromHours(1);
    private readonly Channel<LeasedCounter> _queue = Channel.CreateUnbounded<LeasedCounter>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false }
    );
    private readonly ConcurrentDictionary<string, LeasedCounter> _all = new();
    private readonly ConcurrentDictionary<string, LeasedCounter> _active = new();
    private readonly string _holder = $"{Environment.MachineName}-{Guid.NewGuid():N}";
    private readonly ICounterBank _bank;
    private readonly TimeProvider _time;
    private readonly ILogger<SharedCounters> _log;
    private readonly LeaseExchange _exchange;
    private readonly RefillWait _wait;

    /// <summary>Beyond all counters that were forgotten.</summary>
    private LeaseOrigin _origin;

    public SharedCounters(ICounterBank bank, CounterOptions options, TimeProvider time, ILogger<SharedCounters> log)
    {
        (_bank, Options, _time, _log) = (bank, options, time, log);
        _exchange = new LeaseExchange(bank, _holder, options, time, _active, this, log);
        _wait = new RefillWait(options, time, _exchange);
    }

    public CounterOptions Options { get; }
    public BankClock Clock => _exchange.Clock;

    /// <summary>Most replicas that were seen at one counter.</summary>
    public int Replicas => _exchange.Replicas;

    /// <summary>Exchanges with the bank since the start.</summary>
    public long RoundTrips => _exchange.RoundTrips;

    /// <summary>A timestamp of this moment, to compare with the ends of leases.</summary>
    public long Stamp => _time.GetTimestamp();

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
            .WaitAsync(Options.Timeout, _time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Until when a request that begins now may wait, in all.</summary>
    public long Deadline() => _wait.Deadline();

    /// <summary>Waits until there may be more of at least one of the counters.</summary>
    /// <param name="shortages">What a request is short of; not empty.</param>
    /// <param name="deadline">Of <see cref="Deadline"/>: for all attempts of one request together.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public ValueTask<RefillOutcome> RefillAsync(IReadOnlyList<Shortage> shortages, long deadline, CancellationToken cancellationToken) =>
        _wait.RefillAsync(shortages, deadline, cancellationToken);

    public void Enqueue(LeasedCounter counter)
    {
        counter.IsQueued = true;
        if (!counter.IsActive)
            counter.IsActive = _active.TryAdd(counter.Name, counter);
        _queue.Writer.TryWrite(counter);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Windows are counted by the bank's clock from the first request on.
        var asked = _time.GetTimestamp();
        try
        {
            Clock.Set(await _bank.ReadClockAsync(cancellationToken), _time.GetElapsedTime(asked));
            // The first exchange compiles and connects what the later ones use: no request should wait for that.
            await _bank.LeaseAsync(_holder, [], cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _exchange.Report(e);
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
        using var patience = new CancellationTokenSource(Options.Timeout * 4);
        try
        {
            foreach (var batch in _active.Values.Chunk(LargestBatch))
                await _bank.LeaseAsync(_holder, [.. batch.Select(Farewell)], patience.Token);
        }
        catch (Exception e)
        {
            _log.LogWarning(e, "Leases could not be given back; they end by themselves");
        }
    }

    private static LeaseRequest Farewell(LeasedCounter counter)
    {
        lock (counter.Gate)
        {
            var last = counter.Ask();
            return last with { Want = last.Keep, Need = last.Keep, Least = last.Keep, Retain = last.Keep };
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
                var answered = await _exchange.RunAsync(batch, stoppingToken);
                batch.Clear();
                if (!answered)
                    await Task.Delay(LeaseExchange.Pause, _time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    private async Task RenewAlwaysAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Options.Lease / 4, _time);
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
        using var timer = new PeriodicTimer(PurgeAfter, _time);
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
            await _bank.PurgeAsync(stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _log.LogWarning(e, "Counters of past windows could not be deleted; it is tried again in {Period}", PurgeAfter);
        }
    }
}
