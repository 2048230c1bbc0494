using PromptGateway.Counters;

namespace PromptGateway.Tests.Counters;

/// <summary>
/// A replica with many requests at once, which ask as <see cref="RefillWait"/> does: each may be overtaken by any other between any two of
/// its steps, and so may what is said to the bank and what is heard of others.
/// </summary>
internal sealed class CrowdReplica : ILeaseQueue
{
    private readonly MemoryBank _bank;
    private readonly string _holder;
    private readonly ModelClock _clock;
    private readonly LeasedCounter _counter;
    private readonly Queue<CounterSignal> _news = [];
    private readonly List<(Task<RefillOutcome> Signal, long Cost)> _waiting = [];
    private readonly Queue<long> _arriving;
    private readonly Queue<long> _short = [];
    private LeaseRequest? _asked;
    private LeaseAnswer? _answer;

    /// <param name="bank">Grants.</param>
    /// <param name="holder">Name of the replica.</param>
    /// <param name="kind">Of the counter.</param>
    /// <param name="clock">Of all.</param>
    /// <param name="cap">How much there is.</param>
    /// <param name="costs">One for each request.</param>
    public CrowdReplica(MemoryBank bank, string holder, CounterKind kind, ModelClock clock, long cap, IEnumerable<long> costs)
    {
        (_bank, _holder, _clock, _arriving) = (bank, holder, clock, new Queue<long>(costs));
        _counter = new LeasedCounter("c", kind, new Lock(), this) { IsActive = true };
        _counter.Declare(cap, 1);
        _counter.Open(0);
        bank.Listen(signal =>
        {
            if (signal.From != holder)
                _news.Enqueue(signal);
        });
    }

    /// <summary>What the requests cost that got through.</summary>
    public List<long> Admitted { get; } = [];

    /// <summary>What the others would have cost.</summary>
    public List<long> Refused { get; } = [];
    public bool IsDecided => _arriving.Count + _short.Count + _waiting.Count == 0;

    public void Enqueue(LeasedCounter counter) => counter.IsQueued = true;

    /// <summary>One of the things that may happen next.</summary>
    public void Step(Random random)
    {
        switch (random.Next(5))
        {
            case 0 when _arriving.TryDequeue(out var cost):
                if (!TryAdmit(cost))
                    _short.Enqueue(cost);
                break;
            case 1 when _short.TryDequeue(out var cost):
                Wait(cost);
                break;
            case 2 when _waiting.FindIndex(one => one.Signal.IsCompleted) is >= 0 and var woken:
                Wake(_waiting[woken]);
                break;
            case 3 when _news.TryDequeue(out var news):
                _counter.Hear(news.Returned);
                break;
            case 4:
                Talk();
                break;
        }
    }

    private bool Fits(long cost) => _counter.Fits(cost, _clock.GetTimestamp());

    private bool TryAdmit(long cost)
    {
        if (!Fits(cost))
            return false;
        _counter.Reserve(cost);
        Admitted.Add(cost);
        return true;
    }

    private void Wait(long cost)
    {
        if (Fits(cost))
            _arriving.Enqueue(cost);
        else if (_counter.IsDry(cost, _clock.GetTimestamp()))
            Refused.Add(cost);
        else
            _waiting.Add((_counter.Wait(cost), cost));
    }

    private void Wake((Task<RefillOutcome> Signal, long Cost) one)
    {
        _waiting.Remove(one);
        if (one.Signal.Result == RefillOutcome.Refilled)
            _arriving.Enqueue(one.Cost);
        else if (!TryAdmit(one.Cost))
            Refused.Add(one.Cost);
    }

    private void Talk()
    {
        if (_answer is { } answer)
        {
            (var asked, _answer, _asked) = (_asked!, null, null);
            // A refusal is remembered for longer than all this takes: a wrong one shows.
            var step = _counter.Take(asked, answer, long.MaxValue, long.MaxValue);
            _counter.IsQueued |= step == LeaseStep.AskAgain;
        }
        else if (_asked is { } request)
            _answer = Carry(request);
        else if (_counter.IsQueued)
        {
            _counter.IsQueued = false;
            _asked = _counter.Ask();
        }
    }

    private LeaseAnswer Carry(LeaseRequest request)
    {
        if (_bank.LeaseAsync(_holder, [request], CancellationToken.None).Result[0] is { } answer)
            return answer;
        _bank.OpenAsync(request, CancellationToken.None);
        return _bank.LeaseAsync(_holder, [request], CancellationToken.None).Result[0]!.Value;
    }
}
