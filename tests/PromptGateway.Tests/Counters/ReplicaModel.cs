using PromptGateway.Counters;

namespace PromptGateway.Tests.Counters;

/// <summary>A replica with one counter, whose conversation with the bank is carried by hand: late, twice over, or not at all.</summary>
internal sealed class ReplicaModel : ILeaseQueue
{
    private readonly MemoryBank _bank;
    private readonly string _holder;
    private readonly TimeSpan _lease;

    public ReplicaModel(MemoryBank bank, string holder, CounterKind kind, TimeSpan lease, ModelClock clock)
    {
        (_bank, _holder, _lease, Clock) = (bank, holder, lease, clock);
        Counter = new LeasedCounter("c", kind, new Lock(), this) { IsActive = true };
        bank.Listen(signal =>
        {
            if (signal.From != holder)
                Counter.Hear(signal.Returned);
        });
    }

    public ModelClock Clock { get; }
    public LeasedCounter Counter { get; private set; }

    /// <summary>Nobody uses it for long: another one of the same name begins where it has ended.</summary>
    public void Forget() => Counter = new LeasedCounter("c", Counter.Kind, new Lock(), this, Counter.Origin) { IsActive = true };

    public List<Call> Calls { get; } = [];

    /// <summary>Rows that are not in the ledger yet.</summary>
    public List<(long Window, long Used)> Unwritten { get; } = [];

    /// <summary>Rows that are in the ledger, of which the counter has not heard.</summary>
    public List<(long Window, long Used)> Untold { get; } = [];
    public (LeaseRequest Request, long AskedAt)? Underway { get; private set; }

    public bool Fits(long cost) => Counter.Fits(cost, Clock.GetTimestamp());

    public void Enqueue(LeasedCounter counter) => counter.IsQueued = true;

    public void Ask()
    {
        Counter.IsQueued = false;
        Underway = (Counter.Ask(), Clock.GetTimestamp());
    }

    public LeaseAnswer Carry(LeaseRequest request)
    {
        if (_bank.LeaseAsync(_holder, [request], CancellationToken.None).Result[0] is { } answer)
            return answer;
        _bank.OpenAsync(request, CancellationToken.None);
        return _bank.LeaseAsync(_holder, [request], CancellationToken.None).Result[0]!.Value;
    }

    public void Take(LeaseAnswer answer)
    {
        var (request, askedAt) = Underway!.Value;
        Underway = null;
        var step = Counter.Take(request, answer, askedAt + _lease.Ticks, Clock.GetTimestamp());
        Counter.IsQueued |= step == LeaseStep.AskAgain;
    }

    public void Fail()
    {
        Underway = null;
        Counter.Fail();
    }

    /// <summary>A whole exchange without accidents.</summary>
    public void Exchange()
    {
        Ask();
        Take(Carry(Underway!.Value.Request));
    }

    public sealed record Call(long Window, long Cost, DateTimeOffset Since);
}
