namespace PromptGateway.Counters;

/// <summary>
/// One replica's part of a shared counter: admits from a lease without asking anybody. What is used and what is held by requests in
/// flight never rises above a ceiling, which the bank sets and which is lowered here before something is given back. Pure: knows no
/// clock and no database. Guarded by the lock of whoever owns it (a budget's book, a group of limits).
/// </summary>
/// <param name="name">The same on all replicas.</param>
/// <param name="kind">Who books.</param>
/// <param name="gate">The owner's lock.</param>
/// <param name="queue">Brings it to the bank.</param>
/// <param name="origin">Beyond what the bank may know of this replica from a counter of the same name that was forgotten.</param>
internal sealed class LeasedCounter(string name, CounterKind kind, Lock gate, ILeaseQueue queue, LeaseOrigin origin = default)
{
    private readonly LeaseSlice _slice = new();
    private readonly WaitingList _waiting = new();
    private LedgerFilter? _ledger;
    private long _ceiling;
    private long _endsAt;
    private long _settled;
    private long _booked;
    private long _sequence = origin.Sequence;
    private long _askedBooked;
    private long _askedUnbooked;
    private long _settledByAll;
    private long _lowWater = long.MinValue;
    private bool _scarce;
    private bool _wanted;
    private bool _surrender;
    private bool _overcommitted;
    private bool _renewal;
    private long _capVersion = -1;
    private long _woken;
    private TaskCompletionSource? _heard;

    public string Name => name;
    public CounterKind Kind => kind;
    public Lock Gate => gate;

    /// <summary>Start of window or period in UTC ticks; 0 for a counter without one.</summary>
    public long Window { get; private set; } = long.MinValue;
    public bool IsOpen => Window != long.MinValue;
    public long Cap { get; private set; }

    /// <summary>Held here by requests in flight.</summary>
    public long Reserved { get; private set; }

    /// <summary>Held by other replicas when the bank was last heard.</summary>
    public long Others { get; private set; }

    /// <summary>Used by all, as far as known: what the bank said last, and what was used here since.</summary>
    public long Used => _settledByAll + _settled - _askedBooked;

    /// <summary>What is left for this replica and for those that hold nothing.</summary>
    public long Remaining => Math.Max(0, Cap - Used - Others - Reserved);

    /// <summary>Waits for the bank; set and cleared by the queue.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Its lease is renewed from time to time; set and cleared by the queue.</summary>
    public bool IsActive { get; set; }

    /// <summary>Nothing is held and nobody waits: the bank need not hear of it any more.</summary>
    public bool IsIdle => Held == 0 && _ceiling <= _booked && _waiting.Count == 0;

    /// <summary>Besides, the bank is not being asked: nobody misses it.</summary>
    public bool IsForgettable => IsIdle && !IsQueued && !IsActive;

    /// <summary>Where a later one of the same name has to begin.</summary>
    public LeaseOrigin Origin => new(_sequence, _booked);

    private long Held => _settled + Reserved - _booked;
    private long Free => _ceiling - _settled - Reserved;

    /// <summary>Begins a window or period: nothing of the last one counts.</summary>
    public void Open(long window, LedgerFilter? ledger = null)
    {
        if (window == Window)
            return;
        (Window, _ledger) = (window, ledger);
        // Only differences of these four count.
        (_ceiling, _settled, _booked, _askedBooked) = (origin.Booked, origin.Booked, origin.Booked, origin.Booked);
        (_endsAt, Reserved, _settledByAll, Others, _lowWater) = (0, 0, 0, 0, long.MinValue);
        (_scarce, _wanted, _surrender, _overcommitted) = (false, false, false, false);
        _waiting.Reset(RefillOutcome.Refilled);
    }

    /// <summary>Takes over a cap. A lower one counts at once: what is free here goes back before anything is admitted.</summary>
    public void Declare(long cap, long version)
    {
        var lower = cap < Cap;
        if (cap != Cap)
            _waiting.ForgetRefusal();
        (Cap, _capVersion) = (cap, version);
        if (!lower)
            return;
        Surrender();
        Enqueue();
    }

    /// <summary>A cost of nothing needs room for the smallest amount, or a counter that is used up would still admit.</summary>
    /// <param name="cost">To be reserved.</param>
    /// <param name="now">A timestamp of the time provider.</param>
    public bool Fits(long cost, long now) => now < _endsAt && Math.Max(cost, 1) <= Free;

    /// <summary>
    /// For what cannot wait: true until the bank has said that there is no more. It is asked at once, so that little can be too much.
    /// </summary>
    public bool MayOverdraw(long now)
    {
        Enqueue();
        return now < _endsAt && !_overcommitted;
    }

    /// <summary>While the bank cannot be asked: up to the lease, even one that has ended, and an allowance beyond it.</summary>
    public bool FitsWithin(long cost, long allowance) => Math.Max(cost, 1) <= allowance - _settled - Reserved;

    /// <summary>For a limit whose replicas fend for themselves: an equal part of the cap, or the lease if that is more.</summary>
    public long EqualPart(int replicas) => Math.Max(_ceiling, Cap / Math.Max(1, replicas));

    /// <summary>The lease and a share of the cap beyond it, as long as all together were not beyond the cap by that share.</summary>
    public long Overdraft(double share)
    {
        var most = (long)(Cap * share);
        var hold = Math.Max(0, _ceiling - _askedBooked);
        return Math.Max(_ceiling, 0) + Math.Clamp(Cap - _settledByAll - Others - hold + most, 0, most);
    }

    public void Reserve(long cost)
    {
        Reserved += cost;
        _woken = Math.Max(0, _woken - cost);
        _slice.Took(cost);
        if (Free >= _lowWater)
            return;
        _lowWater = long.MinValue;
        Enqueue();
    }

    /// <summary>A request is over.</summary>
    /// <param name="reserved">What it had reserved in this window.</param>
    /// <param name="used">What it has used.</param>
    public void Settle(long reserved, long used)
    {
        Reserved -= reserved;
        _settled += used;
        if (!IsActive || (_wanted && Free > 0))
            Enqueue();
    }

    /// <summary>The ledger has the rows of what was settled; only for <see cref="CounterKind.Ledger"/>.</summary>
    public void Booked(long used) => _booked += used;

    /// <summary>News from another replica.</summary>
    public void Hear(bool returned)
    {
        if (returned)
            _waiting.ForgetRefusal();
        else
            _wanted = true;
        if (_waiting.Count > 0 || (_wanted && _ceiling > _booked))
            Enqueue();
    }

    /// <summary>How often those who wait have been asked for already.</summary>
    public int Repeats => _waiting.Repeats;

    /// <summary>Timestamp when the lease ends; 0 without one.</summary>
    public long EndsAt => _endsAt;

    /// <summary>The bank has just refused as much, or less.</summary>
    public bool IsDry(long cost, long now) => _waiting.IsDry(Math.Max(cost, 1), now);

    /// <summary>Waits until the bank has answered; <see cref="Leave"/> when the patience is over first.</summary>
    public Task<RefillOutcome> Wait(long cost)
    {
        var signal = _waiting.Join(Math.Max(cost, 1));
        Enqueue();
        return signal;
    }

    public void Leave(Task<RefillOutcome> signal, long cost) => _waiting.Leave(signal, Math.Max(cost, 1));

    /// <summary>Completes with the next answer; cancelled when there is none.</summary>
    public Task Heard()
    {
        _heard ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue();
        return _heard.Task;
    }

    /// <summary>It is time to renew the lease.</summary>
    public void Renew()
    {
        _renewal = true;
        Enqueue();
    }

    /// <summary>What is to be said to the bank. From now on no more is used than is asked for here.</summary>
    public LeaseRequest Ask()
    {
        if (kind != CounterKind.Ledger)
            _booked = _settled;
        var renewal = _renewal;
        _renewal = false;
        _slice.Adapt(renewal, _waiting.Sum, _scarce, Cap);
        var keep = Held;
        var (sum, least) = _surrender ? (0, 0) : (_waiting.Sum, _waiting.Least);
        var spare = Spare(renewal);
        var want = keep + sum + spare;
        (_askedBooked, _askedUnbooked) = (_booked, _settled - _booked);
        // While others are short, what does not suffice for those who wait here is offered too.
        _ceiling = Math.Min(_ceiling, _booked + (_wanted ? keep + spare : want));
        return new LeaseRequest
        {
            Counter = name,
            Window = Window,
            Kind = kind,
            Cap = Cap,
            CapVersion = _capVersion,
            Ledger = _ledger,
            Sequence = ++_sequence,
            Booked = _booked,
            Keep = keep,
            Least = keep + least,
            Need = keep + sum,
            Want = want,
            Retain = Math.Max(keep, _ceiling - _booked),
            WaitingSince = _waiting.Since,
        };
    }

    /// <param name="asked">The request.</param>
    /// <param name="answer">The bank's answer.</param>
    /// <param name="endsAt">Timestamp when the lease ends: counted from before the request was sent.</param>
    /// <param name="dryUntil">Timestamp until which a refusal of the bank is remembered.</param>
    public LeaseStep Take(LeaseRequest asked, in LeaseAnswer answer, long endsAt, long dryUntil)
    {
        if (asked.Window != Window || answer.Sequence != _sequence)
            return LeaseStep.Done;
        (_ceiling, _endsAt) = (_askedBooked + answer.Hold, endsAt);
        (_settledByAll, Others) = (answer.Settled, answer.Others);
        _scarce = answer.Hold < asked.Want;
        _overcommitted = answer.Settled + answer.Hold + answer.Others > answer.Cap;
        _wanted = answer.Wanted || _overcommitted;
        _heard?.TrySetResult();
        _heard = null;
        var again = _surrender && _waiting.Count > 0;
        _surrender &= asked.Want > asked.Keep;
        if (_surrender)
            Surrender();
        _lowWater = _wanted || _scarce || Free <= 0 ? long.MinValue : Free / 2;
        if (again || _surrender)
            return LeaseStep.AskAgain;
        // A row may have reached the ledger after the request was made up: it then counts twice, until the next request.
        _woken = Free >= _waiting.Least ? _waiting.Sum : 0;
        return _waiting.Answered(Free, Refused(asked, answer), answer.Unanswered > 0, _askedUnbooked > 0, answer.Now, dryUntil);
    }

    /// <summary>Who asks for too much gets nothing of what is left, who asks for less gets all of it.</summary>
    private static long? Refused(LeaseRequest asked, in LeaseAnswer answer) =>
        answer.Hold >= asked.Need ? null
        : answer.Hold >= asked.Least ? 0
        : asked.Least - asked.Keep;

    /// <summary>The bank could not be asked.</summary>
    public void Fail()
    {
        _heard?.TrySetCanceled();
        _heard = null;
        _waiting.Reset(RefillOutcome.Unavailable);
    }

    /// <summary>Held in advance. What is free is given back when it is wanted elsewhere or was not needed for a while.</summary>
    private long Spare(bool renewal)
    {
        // Those who were woken for it may not have taken it yet.
        var promised = Math.Clamp(Free, 0, _woken);
        _woken = 0;
        if (_surrender)
            return 0;
        return _wanted ? promised
            : renewal ? Math.Max(_slice.Size, promised)
            : Math.Max(_slice.Size, Free);
    }

    private void Surrender()
    {
        _surrender = true;
        _ceiling = Math.Min(_ceiling, _settled + Reserved);
        _lowWater = long.MinValue;
    }

    private void Enqueue()
    {
        if (!IsQueued)
            queue.Enqueue(this);
    }
}
