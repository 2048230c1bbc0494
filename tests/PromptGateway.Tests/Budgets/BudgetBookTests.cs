using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PromptGateway.Budgets;
using PromptGateway.Chat;
using PromptGateway.Counters;
using PromptGateway.Keys;
using PromptGateway.Metrics;
using PromptGateway.Routing;
using PromptGateway.Tests.Counters;
using PromptGateway.Tests.Storage;
using PromptGateway.Usage;
using PromptGateway.Usage.Journal;

namespace PromptGateway.Tests.Budgets;

public sealed class BudgetBookTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly LedgerSums _ledger = new();
    private readonly Caller _caller = new()
    {
        Key = null,
        Id = "key_1",
        Name = "app",
    };

    private BudgetBook Book(params BudgetRule[] rules) => Book(new BudgetOptions { Rules = rules });

    private BudgetBook Book(BudgetOptions options, TimeProvider? clock = null, SharedCounters? counters = null)
    {
        var metrics = new GatewayMetrics(_services.GetRequiredService<IMeterFactory>(), new MetricsOptions(), TimeProvider.System);
        var writer = new UsageWriter(
            null!,
            new UsageJournal("", TimeProvider.System, NullLogger<UsageJournal>.Instance),
            new UsageSpool(""),
            new RefusedRows("", metrics, TimeProvider.System, NullLogger<RefusedRows>.Instance),
            metrics,
            TimeProvider.System,
            NullLogger<UsageWriter>.Instance
        );
        var alerts = new BudgetAlerts(options, metrics, TimeProvider.System, NullLogger<BudgetAlerts>.Instance);
        return new BudgetBook(options, _ledger, writer, alerts, clock, counters: counters);
    }

    private static BudgetRequest Request(DateTimeOffset at, long cost) =>
        new("m", "m", at, new BudgetCost(cost, cost), new BudgetCost(cost, cost));

    [Fact]
    public async Task Budget_FirstAskedFor_BeginsWithWhatTheLedgerHolds()
    {
        _ledger.Rows = [new ModelSpend("m", "m", 7, 90)];
        var book = Book(new BudgetRule { Tokens = 100, Per = "month" });
        var time = new TestClock();
        var budgets = (await book.ForAsync(_caller, time.GetUtcNow(), default))!;

        book.TryReserve(budgets, Request(time.GetUtcNow(), 11), out var exhausted).ShouldBeNull();
        exhausted.ShouldBe(budgets[0]);
        book.TryReserve(budgets, Request(time.GetUtcNow(), 10), out _).ShouldNotBeNull();
        _ledger.LastFrom.ShouldBe(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Reservation_OfAFailedRequest_ComesBackEveryTime()
    {
        var book = Book(new BudgetRule { Tokens = 100, Mode = "strict" });
        var at = new TestClock().GetUtcNow();
        var budgets = (await book.ForAsync(_caller, at, default))!;

        for (var i = 0; i < 1000; i++)
            book.TryReserve(budgets, Request(at, 100), out _).ShouldNotBeNull().Dispose();

        budgets[0].Reserved.ShouldBe(0);
        budgets[0].Spent.ShouldBe(0);
    }

    [Fact]
    public async Task Period_ThatChanges_ResetsOnceAndForgetsOldReservations()
    {
        var book = Book(new BudgetRule { Tokens = 100, Per = "day" });
        var time = new TestClock();
        var budgets = (await book.ForAsync(_caller, time.GetUtcNow(), default))!;
        var old = book.TryReserve(budgets, Request(time.GetUtcNow(), 100), out _)!;
        time.Advance(TimeSpan.FromDays(1));

        var today = book.TryReserve(budgets, Request(time.GetUtcNow(), 60), out _)!;
        old.Used = new BudgetCost(100, 100);
        old.Dispose();
        today.Used = new BudgetCost(60, 60);
        today.Dispose();
        time.Advance(TimeSpan.FromSeconds(1));

        budgets[0].Spent.ShouldBe(60);
        budgets[0].Reserved.ShouldBe(0);
        book.TryReserve(budgets, Request(time.GetUtcNow(), 41), out _).ShouldBeNull();
    }

    /// <summary>A machine that starts with a wrong clock would else charge nothing until that time has come.</summary>
    [Fact]
    public async Task Clock_FarAheadAndSetRight_PeriodBeginsAnewWithTheLedger()
    {
        var time = new TestClock();
        time.Advance(TimeSpan.FromDays(1000));
        var book = Book(new BudgetOptions { Rules = [new BudgetRule { Tokens = 100, Per = "month" }] }, time);
        var ahead = (await book.ForAsync(_caller, time.GetUtcNow(), default))!;
        var open = book.TryReserve(ahead, Request(time.GetUtcNow(), 70), out _)!;
        time.Advance(-TimeSpan.FromDays(1000));
        _ledger.Rows = [new ModelSpend("m", "m", 40, 40)];

        var budgets = (await book.ForAsync(_caller, time.GetUtcNow(), default))!;
        open.Dispose();
        _ledger.LastFrom.ShouldBe(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
        var now = book.TryReserve(budgets, Request(time.GetUtcNow(), 60), out _)!;
        now.Used = new BudgetCost(60, 60);
        now.Dispose();

        budgets[0].Spent.ShouldBe(100);
        budgets[0].Reserved.ShouldBe(0);
        book.TryReserve(budgets, Request(time.GetUtcNow(), 1), out _).ShouldBeNull();
    }

    [Theory]
    [InlineData("day", "2026-11-21", "2026-11-22")]
    [InlineData("week", "2026-11-16", "2026-11-23")]
    [InlineData("month", "2026-11-01", "2026-12-01")]
    public void Period_OfTheCalendar_BeginsAndEndsAtMidnightUtc(string per, string start, string end)
    {
        var begun = BudgetPeriod.Start(per, new TestClock().GetUtcNow());

        begun!.Value.ToString("yyyy-MM-dd").ShouldBe(start);
        BudgetPeriod.End(per, begun)!.Value.ToString("yyyy-MM-dd").ShouldBe(end);
    }

    [Fact]
    public void RandomSchedule_OnNestedBudgets_NeverExceedsACapAndAddsUp() =>
        FsCheckRuns.Usual(seed =>
        {
            var random = new Random(seed);
            var time = new TestClock();
            var book = Book(
                new BudgetRule
                {
                    Scope = BudgetScope.Key,
                    Tokens = random.Next(50, 300),
                    Per = "day",
                    Mode = "strict",
                },
                new BudgetRule { Tokens = random.Next(100, 2000), Per = "week" },
                new BudgetRule { Tokens = random.Next(500, 3000), Per = "total" }
            );
            // Without rows there is nothing to wait for.
            var budgets = book.ForAsync(_caller, time.GetUtcNow(), default).AsTask().GetAwaiter().GetResult()!;
            var admitted = new List<(DateTimeOffset At, long Cost, long Used, Reservation? Open)>();
            for (var step = 0; step < 150; step++)
            {
                switch (random.Next(8))
                {
                    case < 4:
                        var cost = random.Next(1, 120);
                        var fits = budgets.All(b => Held(b) + cost <= b.Limit.Amount);
                        var reservation = book.TryReserve(budgets, Request(time.GetUtcNow(), cost), out _);
                        (reservation is not null).ShouldBe(fits);
                        if (reservation is not null)
                            admitted.Add((time.GetUtcNow(), cost, 0, reservation));
                        break;
                    case < 7:
                        End();
                        break;
                    default:
                        time.Advance(TimeSpan.FromHours(random.Next(1, 30)));
                        break;
                }
            }
            while (admitted.Exists(a => a.Open is not null))
                End();
            // A last request makes every budget look at the clock.
            book.TryReserve(budgets, Request(time.GetUtcNow(), 0), out _)?.Dispose();
            foreach (var budget in budgets)
            {
                budget.Reserved.ShouldBe(0);
                budget.Spent.ShouldBeLessThanOrEqualTo(budget.Limit.Amount);
            }

            long Held(Budget budget) =>
                admitted
                    .Where(a =>
                        BudgetPeriod.Start(budget.Limit.Spec.Per, a.At) == BudgetPeriod.Start(budget.Limit.Spec.Per, time.GetUtcNow())
                    )
                    .Sum(a => a.Open is null ? a.Used : a.Cost);

            void End()
            {
                var open = admitted.FindIndex(a => a.Open is not null);
                if (open < 0)
                    return;
                var (at, cost, _, reservation) = admitted[open];
                var used = random.Next((int)cost + 1);
                reservation!.Used = new BudgetCost(used, used);
                reservation.Dispose();
                admitted[open] = (at, cost, used, null);
            }
        });

    [Fact]
    public async Task Sessions_BeyondTheBound_ForgetIdleOnesAndReadThemAgain()
    {
        var time = new TestClock();
        var book = Book(
            new BudgetOptions
            {
                Rules =
                [
                    new BudgetRule
                    {
                        Tokens = 100,
                        Per = "session",
                        Mode = "strict",
                    },
                ],
            },
            time
        );
        _ledger.Rows = [];
        for (var i = 0; i < BudgetSubjects.MostSessions; i++)
            (await book.ForAsync(_caller, time.GetUtcNow(), default, $"s{i}")).ShouldNotBeNull();

        (await book.ForAsync(_caller, time.GetUtcNow(), default, "one more")).ShouldBeNull("all may be in use");
        var busy = book.TryReserve((await book.ForAsync(_caller, time.GetUtcNow(), default, "s7"))!, Request(time.GetUtcNow(), 60), out _)!;
        time.Advance(TimeSpan.FromMinutes(3));
        (await book.ForAsync(_caller, time.GetUtcNow(), default, "one more")).ShouldNotBeNull();
        _ledger.Rows = [new ModelSpend("m", "m", 0, 90)];
        var again = (await book.ForAsync(_caller, time.GetUtcNow(), default, "s8"))!;
        var held = (await book.ForAsync(_caller, time.GetUtcNow(), default, "s7"))!;

        book.TryReserve(again, Request(time.GetUtcNow(), 11), out _).ShouldBeNull("the ledger has spent 90 of its 100");
        held.Single().Reserved.ShouldBe(60, "one that holds something is not forgotten");
        busy.Dispose();
    }

    /// <summary>It is not among those that the request has asked for, and has no room: the request is refused, and does not ask for ever.</summary>
    [Fact]
    public async Task SharedBudget_MadeWhileTheRequestAsks_RefusesItInTime()
    {
        var options = new BudgetOptions();
        var bank = new MemoryBank(TimeProvider.System, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1));
        using var counters = new SharedCounters(
            bank,
            new CounterOptions { Timeout = TimeSpan.FromMilliseconds(10) },
            TimeProvider.System,
            NullLogger<SharedCounters>.Instance
        );
        var book = Book(options, counters: counters);
        var at = TimeProvider.System.GetUtcNow();
        var reservation = book.Enter(
            new OpenRequest("r1", _caller, new Target(null!, "m", null), "m", at, 0, 50, 1, Operation.Chat),
            out _
        );
        options.Store(
            new Dictionary<string, BudgetRule>
            {
                ["all"] = new() { Tokens = 100, Mode = "strict" },
            }
        );
        reservation.Parts.ShouldHaveSingleItem();

        // On a thread of its own: it would keep it.
        var result = await Task.Run(async () => await book.ReserveAsync(reservation, [], Request(at, 10), default))
            .WaitAsync(TimeSpan.FromSeconds(60));

        result.IsHeld.ShouldBeFalse();
    }

    [Fact]
    public async Task Charge_InASessionForWhichThereIsNoRoom_CountsForTheOtherBudgets()
    {
        var time = new TestClock();
        BudgetRule[] rules = [new() { Tokens = 100, Per = "session" }, new() { Tokens = 100, Per = "month" }];
        var book = Book(new BudgetOptions { Rules = rules }, time);
        for (var i = 0; i < BudgetSubjects.MostSessions; i++)
            (await book.ForAsync(_caller, time.GetUtcNow(), default, $"s{i}")).ShouldNotBeNull();
        var row = SampleRows.Plain("r1") with
        {
            StartedAt = time.GetUtcNow(),
            Session = "one more",
            Usage = new TokenUsage { OutputTokens = 7 },
        };

        (await book.ChargeAsync(_caller, row, default)).Dispose();

        (await book.ForAsync(_caller, time.GetUtcNow(), default))!.ShouldHaveSingleItem().Spent.ShouldBe(7);
    }

    /// <summary>After a start the first request makes the budget: those that have come at the same moment must not be in each other's way.</summary>
    [Fact]
    public async Task Requests_ThatComeAtOnceBeforeTheBudgetIsMade_AllFit()
    {
        const int Requests = 10;
        const int Cost = 10;
        var book = Book(new BudgetRule { Tokens = Requests * Cost, Mode = "strict" });
        var at = new TestClock().GetUtcNow();
        // By its size alone each could be as large as the whole budget.
        Reservation[] all =
        [
            .. Enumerable
                .Range(0, Requests)
                .Select(i =>
                    book.Enter(
                        new OpenRequest($"r{i}", _caller, new Target(null!, "m", null), "m", at, Requests * Cost, 1, 1, Operation.Chat),
                        out _
                    )
                ),
        ];

        foreach (var reservation in all)
        {
            var budgets = (await book.ForAsync(_caller, at, default, asking: reservation))!;
            book.TryHold(reservation, budgets, Request(at, Cost), out _).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Request_WhoseRowIsOnDisk_IsReadFromTheLedgerByABudgetMadeLater()
    {
        var options = new BudgetOptions();
        var book = Book(options);
        var at = new TestClock().GetUtcNow();
        var target = new Target(null!, "m", null);
        var open = book.Enter(new OpenRequest("r1", _caller, target, "m", at, 0, 50, 1, Operation.Chat), out _);
        _ledger.Sum = without => without.Contains("r1") ? 0 : 7;

        open.Spooled(SampleRows.Plain("r1") with { Usage = new TokenUsage { OutputTokens = 7 } }).ShouldBeFalse("nothing waits for it");

        options.Store(
            new Dictionary<string, BudgetRule>
            {
                ["all"] = new() { Tokens = 100, Mode = "strict" },
            }
        );
        var budget = (await book.ForAsync(_caller, at, default))!.ShouldHaveSingleItem();
        (budget.Spent, budget.Reserved).ShouldBe((7, 0));
    }

    [Fact]
    public async Task Request_WhoseRowIsOnDisk_IsCountedByABudgetMadeBefore()
    {
        var options = new BudgetOptions();
        var book = Book(options);
        var at = new TestClock().GetUtcNow();
        var target = new Target(null!, "m", null);
        var open = book.Enter(new OpenRequest("r1", _caller, target, "m", at, 0, 50, 1, Operation.Chat), out _);
        _ledger.Sum = without => without.Contains("r1") ? 0 : 7;
        options.Store(
            new Dictionary<string, BudgetRule>
            {
                ["all"] = new() { Tokens = 100, Mode = "strict" },
            }
        );

        open.Spooled(SampleRows.Plain("r1") with { Usage = new TokenUsage { OutputTokens = 7 } }).ShouldBeFalse("nothing waits for it");

        var budget = (await book.ForAsync(_caller, at, default))!.ShouldHaveSingleItem();
        (budget.Spent, budget.Reserved).ShouldBe((7, 0));
    }

    /// <summary>
    /// Whenever budgets come, go and change their mode, whatever is in flight, settled or waiting for the ledger at that moment: they hold at
    /// least what is under way, and in the end have counted each row once.
    /// </summary>
    [Fact]
    public void RandomSchedule_OfBudgetsMadeMeanwhile_CountsEveryRequestOnce() =>
        FsCheckRuns.Usual(seed =>
        {
            var random = new Random(seed);
            var at = new TestClock().GetUtcNow();
            var options = new BudgetOptions();
            var book = Book(options);
            var rules = new Dictionary<string, BudgetRule>();
            var (rows, flying, written) = (new Dictionary<string, long>(), new List<Reservation>(), new List<(Reservation, UsageRecord)>());
            _ledger.Sum = without => rows.Where(row => !without.Contains(row.Key)).Sum(row => row.Value);
            Caller[] callers =
            [
                _caller,
                new()
                {
                    Key = null,
                    Id = "key_2",
                    Name = "app",
                },
            ];
            for (var step = 0; step < 120; step++)
                switch (random.Next(8))
                {
                    case < 3:
                        Begin(callers[0], $"r{step}");
                        break;
                    case 3:
                        if (flying.Count > 0)
                            End(flying[random.Next(flying.Count)]);
                        break;
                    case 4:
                        if (written.Count > 0)
                            Write(written[0]);
                        break;
                    case 5:
                        rules[$"rule{random.Next(3)}"] = new BudgetRule
                        {
                            Scope = random.Next(2) == 0 ? BudgetScope.Key : BudgetScope.Gateway,
                            Tokens = random.Next(2000, 6000),
                            Mode = random.Next(3) == 0 ? "soft" : "strict",
                        };
                        options.Store(new Dictionary<string, BudgetRule>(rules));
                        break;
                    case 6:
                        rules.Remove($"rule{random.Next(3)}");
                        options.Store(new Dictionary<string, BudgetRule>(rules));
                        break;
                    default:
                        foreach (var budget in Budgets().Where(budget => budget.Limit.Spec.Mode == "strict"))
                            budget.Reserved.ShouldBe(flying.Sum(open => open.Request!.MaxOutputTokens!.Value));
                        break;
                }
            while (flying.Count > 0)
                End(flying[0]);
            while (written.Count > 0)
                Write(written[0]);
            foreach (var budget in Budgets())
                (budget.Spent, budget.Reserved).ShouldBe((rows.Values.Sum(), 0));

            Budget[] Budgets(Reservation? asking = null) =>
                book.ForAsync(callers[0], at, default, asking: asking).AsTask().GetAwaiter().GetResult()!;

            void Begin(Caller caller, string id)
            {
                var most = random.Next(1, 400);
                var target = new Target(null!, "m", null);
                var reservation = book.Enter(new OpenRequest(id, caller, target, "m", at, 0, most, 1, Operation.Chat), out var concerned);
                if (concerned && !book.TryHold(reservation, Budgets(reservation), Request(at, most), out _))
                {
                    reservation.Dispose();
                    reservation.Booked(null);
                    return;
                }
                flying.Add(reservation);
            }

            void End(Reservation open)
            {
                flying.Remove(open);
                var used = random.Next((int)open.Request!.MaxOutputTokens!.Value + 1);
                open.Used = new BudgetCost(used, used);
                open.Dispose();
                var row = SampleRows.Plain(open.Request.RequestId) with { Usage = new TokenUsage { OutputTokens = used } };
                written.Add((open, row));
            }

            void Write((Reservation Open, UsageRecord Row) waiting)
            {
                written.Remove(waiting);
                rows.Add(waiting.Row.RequestId, waiting.Row.Usage.TotalTokens);
                waiting.Open.Booked(waiting.Row);
            }
        });

    public void Dispose() => _services.Dispose();

    private sealed class LedgerSums : IBudgetStore
    {
        public IReadOnlyList<ModelSpend> Rows { get; set; } = [];

        /// <summary>Tokens of the rows without those of some requests; null: <see cref="Rows"/>.</summary>
        public Func<IReadOnlyCollection<string>, long>? Sum { get; set; }
        public DateTimeOffset? LastFrom { get; private set; }

        public Task<IReadOnlyList<ModelSpend>> ReadAsync(
            BudgetScope scope,
            string subject,
            DateTimeOffset? from,
            IReadOnlyCollection<string> without,
            CancellationToken cancellationToken
        )
        {
            LastFrom = from;
            return Task.FromResult(Sum is { } sum ? [new ModelSpend("m", "m", 0, sum(without))] : Rows);
        }
    }
}
