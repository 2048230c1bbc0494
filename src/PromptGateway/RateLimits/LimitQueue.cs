namespace PromptGateway.RateLimits;

/// <summary>
/// The requests that wait for room in one limit. Keys take turns by their weight (stride scheduling: after each turn a key steps back
/// by the inverse of its weight), requests of one key by age; so the share of a key of low weight is small but never nothing. While
/// somebody waits, nobody who comes later gets ahead. Turns are remembered while others wait, or a key that comes back after each turn would
/// always be the first.
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
    private long _entered;

    /// <summary>Keys that do not wait and whose turns are remembered.</summary>
    private const int MostDebts = 64;

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
                _lanes.Add(waiter.KeyId, lane = new LimitLane());
            if (lane.Waiters.Count == 0)
                // A key that did not wait begins where the others are: it has saved up nothing. Nor has it forgotten its last turn.
                (lane.Pass, lane.Since) = (Math.Max(lane.Pass, _pass), ++_entered);
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
            Left();
            return false;
        }
    }

    /// <summary>There may be room: lets in whom it is the turn of. Not to be called under the lock of a limit.</summary>
    public void Admit()
    {
        lock (_gate)
        {
            HashSet<LimitLane>? passed = null;
            while (Next(passed) is { } lane)
            {
                var waiter = lane.Waiters.First!.Value;
                if (waiter.TryAcquire() is { } refusing)
                {
                    // No room here for the first in turn: nobody gets ahead of it. When something else is in its way, others do.
                    if (ReferenceEquals(refusing.Queue, this))
                        return;
                    (passed ??= []).Add(lane);
                    continue;
                }
                // Who was passed over for a reason of its own saves up nothing by it.
                foreach (var other in passed ?? [])
                    other.Pass = Math.Max(other.Pass, lane.Pass);
                lane.Waiters.RemoveFirst();
                _pass = Math.Max(_pass, lane.Pass);
                lane.Pass += 1 / waiter.Weight;
                lane.Since = ++_entered;
                waiter.End(admitted: true);
                Left();
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>The least turns so far, then the longest wait.</summary>
    private LimitLane? Next(HashSet<LimitLane>? passed)
    {
        LimitLane? next = null;
        foreach (var (_, lane) in _lanes)
            if (lane.Waiters.Count > 0 && passed?.Contains(lane) != true && (next is null || lane.IsBefore(next)))
                next = lane;
        return next;
    }

    private void Left()
    {
        _count--;
        if (_count == 0)
        {
            _lanes.Clear();
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        else if (_lanes.Count > 2 * (_count + MostDebts))
            // Who is not behind the others any more needs no memory of its turns.
            foreach (var (key, lane) in _lanes)
                if (lane.Waiters.Count == 0 && lane.Pass <= _pass)
                    _lanes.Remove(key);
    }
}
