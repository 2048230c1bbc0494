using PromptGateway.Counters;

namespace PromptGateway.Tests.Counters;

/// <summary>
/// Random schedules over several replicas: requests, endings, renewals, raises, new periods, crashes, messages that are late or lost,
/// clocks that disagree. Spend never exceeds the cap, and when all is over everything that was not spent can be had.
/// </summary>
public sealed class LeasedCounterModelTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AbandonAfter = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(60);

    /// <summary>The bank takes only what rises: one that began from nothing would not be heard, and could hold more than there is.</summary>
    [Fact]
    public void Counter_ThatWasForgotten_GoesOnWithinTheCap()
    {
        var clock = new ModelClock(TimeSpan.Zero, 0);
        var lease = TimeSpan.FromSeconds(10);
        var bank = new MemoryBank(clock, lease, TimeSpan.FromMinutes(1));
        var replica = new ReplicaModel(bank, "a", CounterKind.Ledger, lease, clock);
        Open();
        Spend(60);
        replica.Counter.Renew();
        replica.Exchange();
        replica.Counter.Renew();
        replica.Exchange();
        replica.Counter.IsIdle.ShouldBeTrue();

        replica.Forget();
        Open();
        Spend(30);
        _ = replica.Counter.Wait(10);
        replica.Exchange();

        replica.Counter.Used.ShouldBe(90);
        replica.Fits(11).ShouldBeFalse();
        replica.Fits(10).ShouldBeTrue();

        void Open()
        {
            replica.Counter.Declare(100, 1);
            replica.Counter.Open(0);
        }

        void Spend(long amount)
        {
            _ = replica.Counter.Wait(amount);
            replica.Exchange();
            replica.Fits(amount).ShouldBeTrue();
            replica.Counter.Reserve(amount);
            replica.Counter.Settle(amount, amount);
            bank.Book("c", 0, amount);
            replica.Counter.Booked(amount);
        }
    }

    [Fact]
    public void Spend_OfRandomSchedules_NeverExceedsTheCapAndTheRestComesBack() =>
        FsCheckRuns.Thorough(seed => new Schedule(new Random(seed), CounterKind.Ledger).Run());

    [Fact]
    public void Windows_OfRandomSchedules_NeverExceedTheLimitAndTheRestComesBackWithTheNext() =>
        FsCheckRuns.Thorough(seed => new Schedule(new Random(seed), CounterKind.Window).Run());

    [Fact]
    public void Slots_OfRandomSchedules_NeverExceedTheLimitAndComeBack() =>
        FsCheckRuns.Thorough(seed => new Schedule(new Random(seed), CounterKind.Slots).Run());

    private sealed class Schedule
    {
        private readonly Random _random;
        private readonly CounterKind _kind;
        private readonly ModelClock _bankClock = new(TimeSpan.Zero, 0);
        private readonly MemoryBank _bank;
        private readonly List<ReplicaModel> _replicas = [];
        private readonly List<(ReplicaModel From, LeaseRequest Request)> _lost = [];
        private readonly Dictionary<long, long> _used = [];
        private long _cap;
        private long _version;
        private long _window = 1;
        private int _made;

        public Schedule(Random random, CounterKind kind)
        {
            (_random, _kind) = (random, kind);
            _bank = new MemoryBank(_bankClock, Lease, AbandonAfter);
            _cap = random.Next(1, 200);
            for (var i = random.Next(1, 5); i > 0; i--)
                AddReplica();
        }

        public void Run()
        {
            for (var step = 0; step < 120; step++)
            {
                Step(_replicas[_random.Next(_replicas.Count)]);
                Check();
            }
            ComeToRest();
        }

        private void Step(ReplicaModel replica)
        {
            switch (_random.Next(20))
            {
                case < 6:
                    Request(replica);
                    break;
                case < 9:
                    End(replica);
                    break;
                case < 10:
                    Write(replica);
                    break;
                case < 11:
                    Tell(replica);
                    break;
                case < 15:
                    Talk(replica);
                    break;
                case < 16:
                    replica.Counter.Renew();
                    break;
                case < 17:
                    Advance(TimeSpan.FromSeconds(_random.Next(1, 8)));
                    break;
                case < 18:
                    Late();
                    break;
                default:
                    Rare(replica);
                    break;
            }
        }

        private void Rare(ReplicaModel replica)
        {
            switch (_random.Next(8))
            {
                case 0:
                    _replicas.Remove(replica);
                    AddReplica();
                    break;
                case 1:
                    (_cap, _version) = (_cap + _random.Next(1, 100), _version + 1);
                    break;
                case 2 when _kind != CounterKind.Slots:
                    _window++;
                    break;
                case 3:
                    Advance(TimeSpan.FromSeconds(_random.Next(1, 300)));
                    break;
                default:
                    replica.Counter.Declare(_cap, _version);
                    break;
            }
        }

        private void AddReplica()
        {
            var replica = NewReplica();
            _replicas.Add(replica);
        }

        private ReplicaModel NewReplica()
        {
            var clock = new ModelClock(TimeSpan.FromHours(_random.Next(-50, 50)), _random.NextInt64(1L << 40));
            var replica = new ReplicaModel(_bank, "replica " + ++_made, _kind, Lease, clock);
            replica.Counter.Declare(_cap, _version);
            replica.Counter.Open(_window);
            return replica;
        }

        private void Request(ReplicaModel replica)
        {
            if (_random.Next(4) == 0)
                replica.Counter.Open(_window);
            var cost = _kind == CounterKind.Slots ? 1 : _random.Next(0, 40);
            if (!replica.Fits(cost))
                _ = replica.Counter.Wait(cost);
            else
            {
                replica.Counter.Reserve(cost);
                replica.Calls.Add(new ReplicaModel.Call(replica.Counter.Window, cost, _bankClock.GetUtcNow()));
            }
        }

        private void End(ReplicaModel replica)
        {
            if (replica.Calls.Count > 0)
                End(replica, replica.Calls[_random.Next(replica.Calls.Count)]);
        }

        private void End(ReplicaModel replica, ReplicaModel.Call call)
        {
            replica.Calls.Remove(call);
            var used = _kind == CounterKind.Slots ? 0 : _random.NextInt64(call.Cost + 1);
            if (call.Window == replica.Counter.Window)
                replica.Counter.Settle(call.Cost, used);
            if (_kind == CounterKind.Ledger)
                replica.Unwritten.Add((call.Window, used));
            else
                _used[call.Window] = _used.GetValueOrDefault(call.Window) + used;
        }

        private void Write(ReplicaModel replica)
        {
            foreach (var (window, used) in replica.Unwritten)
                _bank.Book("c", window, used);
            replica.Untold.AddRange(replica.Unwritten);
            replica.Unwritten.Clear();
        }

        private static void Tell(ReplicaModel replica)
        {
            foreach (var (window, used) in replica.Untold)
                if (window == replica.Counter.Window)
                    replica.Counter.Booked(used);
            replica.Untold.Clear();
        }

        private void Talk(ReplicaModel replica)
        {
            if (replica.Underway is not { } underway)
                replica.Ask();
            else if (_random.Next(6) == 0)
            {
                // Nobody waits for it any more; it may still arrive.
                _lost.Add((replica, underway.Request));
                replica.Fail();
            }
            else
            {
                var answer = replica.Carry(underway.Request);
                if (_random.Next(8) == 0)
                    replica.Fail();
                else
                    replica.Take(answer);
            }
        }

        private void Late()
        {
            if (_lost.Count == 0)
                return;
            var (from, request) = _lost[_random.Next(_lost.Count)];
            _lost.Remove((from, request));
            from.Carry(request);
        }

        private void Advance(TimeSpan by)
        {
            // Nothing is carried into a time when it could not be any more: calls end in time, requests time out.
            foreach (var replica in _replicas)
            {
                if (by > TimeSpan.FromSeconds(1) && replica.Underway is not null)
                    replica.Fail();
                foreach (var call in replica.Calls.Where(call => IsOver(replica, call, by)).ToList())
                    End(replica, call);
                if (by > AbandonAfter - LongestCall)
                    Write(replica);
                replica.Clock.Advance(by);
            }
            _bankClock.Advance(by);
        }

        /// <summary>Slots come back with the lease: a replica cut off for longer than that keeps no calls here.</summary>
        private bool IsOver(ReplicaModel replica, ReplicaModel.Call call, TimeSpan by) =>
            _kind == CounterKind.Slots
                ? replica.Clock.GetTimestamp() + by.Ticks >= replica.Counter.EndsAt
                : _bankClock.GetUtcNow() + by - call.Since > LongestCall;

        private void Check()
        {
            for (var window = 1L; window <= _window; window++)
                (Spent(window) + InFlight(window)).ShouldBeLessThanOrEqualTo(_cap);
        }

        private long Spent(long window) =>
            _kind == CounterKind.Ledger
                ? _bank.Ledger.Where(row => row.Window == window).Sum(row => row.Amount)
                : _used.GetValueOrDefault(window);

        private long InFlight(long window) =>
            _replicas.Sum(replica =>
                replica.Calls.Where(call => call.Window == window).Sum(call => call.Cost)
                + replica.Unwritten.Where(row => row.Window == window).Sum(row => row.Used)
            );

        private void ComeToRest()
        {
            foreach (var replica in _replicas)
            {
                while (replica.Calls.Count > 0)
                    End(replica);
                Write(replica);
                Tell(replica);
                if (replica.Underway is not null)
                    replica.Fail();
            }
            while (_replicas.Count > 0 && _random.Next(3) > 0)
                _replicas.RemoveAt(0);
            _bankClock.Advance(Lease + AbandonAfter);
            if (_kind == CounterKind.Window)
                _window++;
            var last = NewReplica();
            foreach (var replica in _replicas)
            {
                replica.Clock.Advance(Lease + AbandonAfter);
                replica.Counter.Declare(_cap, _version);
                replica.Counter.Open(_window);
            }
            var rest = _cap - Spent(_window);
            if (rest > 0 && !last.Fits(rest))
                _ = last.Counter.Wait(rest);
            for (var round = 0; round < 4 && !last.Fits(rest); round++)
            {
                last.Exchange();
                _replicas.ForEach(replica => replica.Exchange());
            }
            last.Fits(rest + 1).ShouldBeFalse();
            if (rest > 0)
                last.Fits(rest).ShouldBeTrue();
        }
    }
}
