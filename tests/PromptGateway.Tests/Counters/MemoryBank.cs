using PromptGateway.Counters;

namespace PromptGateway.Tests.Counters;

/// <summary>What the bank does, in the plainest way and without a database; the one in PostgreSQL is held to the same contract.</summary>
internal sealed class MemoryBank(TimeProvider clock, TimeSpan lease, TimeSpan abandonAfter) : ICounterBank
{
    private static readonly TimeSpan WantedFor = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<(string, long), Row> _rows = [];
    private readonly List<Action<CounterSignal>> _listeners = [];

    /// <summary>Rows of the ledger: counter, window, amount.</summary>
    public List<(string Counter, long Window, long Amount)> Ledger { get; } = [];

    public void Book(string counter, long window, long amount)
    {
        lock (_gate)
        {
            Ledger.Add((counter, window, amount));
            if (_rows.TryGetValue((counter, window), out var row))
                row.Settled += amount;
        }
    }

    public Task<LeaseAnswer?[]> LeaseAsync(string holder, IReadOnlyList<LeaseRequest> requests, CancellationToken cancellationToken)
    {
        lock (_gate)
            return Task.FromResult(requests.Select(request => Lease(holder, request)).ToArray());
    }

    public Task OpenAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
            _rows.TryAdd(
                (request.Counter, request.Window),
                new Row { Settled = Ledger.Where(r => (r.Counter, r.Window) == (request.Counter, request.Window)).Sum(r => r.Amount) }
            );
        return Task.CompletedTask;
    }

    public Task<long> ReadClockAsync(CancellationToken cancellationToken) => Task.FromResult(clock.GetUtcNow().UtcTicks);

    /// <summary>As NOTIFY: everybody hears everything, their own too.</summary>
    public void Listen(Action<CounterSignal> heard)
    {
        lock (_gate)
            _listeners.Add(heard);
    }

    public Task PurgeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private LeaseAnswer? Lease(string holder, LeaseRequest request)
    {
        if (!_rows.TryGetValue((request.Counter, request.Window), out var row))
        {
            if (request.Kind == CounterKind.Ledger)
                return null;
            _rows[(request.Counter, request.Window)] = row = new Row();
        }
        var now = clock.GetUtcNow();
        if (request.CapVersion >= row.CapVersion)
            (row.Cap, row.CapVersion) = (request.Cap, request.CapVersion);
        if (!row.Leases.TryGetValue(holder, out var own))
            row.Leases[holder] = own = new Held();
        Collect(row, request.Kind, now);
        if (request.Sequence > own.Sequence)
            Carry(holder, request, row, own, now);
        var others = row.Leases.Where(l => l.Key != holder).Select(l => l.Value).ToList();
        return new LeaseAnswer(
            own.Sequence,
            own.Hold,
            row.Settled,
            others.Sum(l => l.Hold),
            others
                .Where(l => l.EndsAt > now)
                .Sum(l => request.WaitingSince == 0 || l.HeardAt.UtcTicks <= request.WaitingSince ? l.Hold : Math.Max(0, l.Hold - l.Keep)),
            1 + others.Count(l => l.EndsAt > now),
            row.Cap,
            row.WantedBy != holder && now < row.WantedUntil,
            now.UtcTicks
        );
    }

    private void Carry(string holder, LeaseRequest request, Row row, Held own, DateTimeOffset now)
    {
        var booked = Math.Max(0, request.Booked - own.Booked);
        own.Booked += booked;
        own.Sequence = request.Sequence;
        if (request.Kind != CounterKind.Ledger)
            row.Settled += booked;
        var before = Math.Max(0, own.Hold - booked);
        var held = Math.Min(before, request.Retain);
        var others = row.Leases.Where(l => l.Key != holder).Sum(l => l.Value.Hold);
        var replicas = row.Leases.Count(l => l.Key == holder || l.Value.EndsAt > now);
        own.Hold = request.Want <= held ? request.Want : Grant(request, held, row.Cap - row.Settled - others, replicas);
        (own.Keep, own.HeardAt, own.EndsAt) = (request.Keep, now, now + lease);
        own.ReturnsAt = request.Kind == CounterKind.Ledger ? own.EndsAt + abandonAfter : own.EndsAt;
        if (own.Hold < before && row.WantedBy != holder && now < row.WantedUntil)
            Tell(new CounterSignal(holder, request.Counter, Returned: true));
        if (own.Hold < request.Least && others > 0)
        {
            (row.WantedBy, row.WantedUntil) = (holder, now + WantedFor);
            Tell(new CounterSignal(holder, request.Counter, Returned: false));
        }
    }

    /// <summary>What is left is shared evenly; who needs something gets it as long as there is enough, and else nothing that is of no use to it.</summary>
    private static long Grant(LeaseRequest request, long held, long room, int replicas)
    {
        if (room < request.Least)
            return held;
        var share = held + (Math.Max(0, room - held) / (replicas + 1));
        return Math.Max(held, Math.Min(Math.Min(Math.Max(share, request.Need), request.Want), room));
    }

    private static void Collect(Row row, CounterKind kind, DateTimeOffset now)
    {
        foreach (var dead in row.Leases.Values.Where(l => l.ReturnsAt <= now && l.Hold > 0))
        {
            if (kind == CounterKind.Window)
            {
                row.Settled += dead.Hold;
                dead.Booked += dead.Hold;
            }
            dead.Hold = 0;
        }
    }

    private void Tell(CounterSignal signal) => _listeners.ForEach(heard => heard(signal));

    private sealed class Row
    {
        public long Cap { get; set; }
        public long CapVersion { get; set; } = -1;
        public long Settled { get; set; }
        public string? WantedBy { get; set; }
        public DateTimeOffset WantedUntil { get; set; }
        public Dictionary<string, Held> Leases { get; } = [];
    }

    private sealed class Held
    {
        public long Sequence { get; set; }
        public long Booked { get; set; }
        public long Hold { get; set; }
        public long Keep { get; set; }
        public DateTimeOffset HeardAt { get; set; }
        public DateTimeOffset EndsAt { get; set; }
        public DateTimeOffset ReturnsAt { get; set; }
    }
}
