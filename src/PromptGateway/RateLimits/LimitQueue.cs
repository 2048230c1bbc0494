namespace PromptGateway.RateLimits;

/// <summary>
/// The requests that wait for room in one limit. Keys take turns by their weight (stride scheduling: after each turn a key steps back
/// by the inverse of its weight), requests of one key by age; so the share of a key of low weight is small but never nothing. While
/// somebody waits, nobody who comes later gets ahead.
/// </summary>
internal sealed class LimitQueue : IDisposable
{
    /// <summary>Room may come without a sign: the limit was raised, a window has ended.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LimitLane> _lanes = new(StringComparer.Ordinal);
    private readonly ITimer _timer;
    private int _count;
    private double _pass;

    public LimitQueue(TimeProvider time) =>
        _timer = time.CreateTimer(_ => Admit(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public int Count => Volatile.Read(ref _count);

    /// <returns>False when <paramref name="longest"/> are waiting already.</returns>
    public bool TryEnter(LimitWaiter waiter, int longest)
    {
        lock (_gate)
        {
            if (_count >= longest)
                return false;
            if (!_lanes.TryGetValue(waiter.KeyId, out var lane))
                // A key that has not waited so far begins where the others are: it has saved up nothing.
                _lanes.Add(waiter.KeyId, lane = new LimitLane { Pass = _pass });
            lane.Waiters.AddLast(waiter);
            _count++;
            _timer.Change(Look, Look);
        }
        return true;
    }

    /// <summary>The request goes away, unless it has just been admitted.</summary>
    /// <returns>True when it was admitted after all.</returns>
    public bool Leave(LimitWaiter waiter)
    {
        // With the gate nobody is acquiring for it any more.
        lock (_gate)
        {
            if (!waiter.End(admitted: false))
                return waiter.Over.Result;
            var lane = _lanes[waiter.KeyId];
            lane.Waiters.Remove(waiter);
            Forget(waiter.KeyId, lane);
            return false;
        }
    }

    /// <summary>There may be room: lets in whom it is the turn of. Not to be called under the lock of a limit.</summary>
    public void Admit()
    {
        lock (_gate)
        {
            HashSet<string>? passed = null;
            while (Next(passed) is { } turn)
            {
                var waiter = turn.Lane.Waiters.First!.Value;
                if (waiter.TryAcquire() is { } refusing)
                {
                    // No room here for the first in turn: nobody gets ahead of it. When something else is in its way, others do.
                    if (ReferenceEquals(refusing.Queue, this))
                        return;
                    (passed ??= new(StringComparer.Ordinal)).Add(turn.Key);
                    continue;
                }
                turn.Lane.Waiters.RemoveFirst();
                _pass = turn.Lane.Pass;
                turn.Lane.Pass += 1 / waiter.Weight;
                waiter.End(admitted: true);
                Forget(turn.Key, turn.Lane);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private (string Key, LimitLane Lane)? Next(HashSet<string>? passed)
    {
        (string Key, LimitLane Lane)? next = null;
        foreach (var (key, lane) in _lanes)
            if (passed?.Contains(key) != true && (next is null || lane.Pass < next.Value.Lane.Pass))
                next = (key, lane);
        return next;
    }

    private void Forget(string key, LimitLane lane)
    {
        _count--;
        if (lane.Waiters.Count == 0)
            _lanes.Remove(key);
        if (_count == 0)
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
