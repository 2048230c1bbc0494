using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PromptGateway.Budgets;
using PromptGateway.Keys;
using PromptGateway.Metrics;
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

    private BudgetBook Book(params BudgetRule[] rules)
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
        var options = new BudgetOptions { Rules = rules };
        var alerts = new BudgetAlerts(options, metrics, TimeProvider.System, NullLogger<BudgetAlerts>.Instance);
        return new BudgetBook(options, _ledger, writer, alerts);
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

    public void Dispose() => _services.Dispose();

    private sealed class LedgerSums : IBudgetStore
    {
        public IReadOnlyList<ModelSpend> Rows { get; set; } = [];
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
            return Task.FromResult(Rows);
        }
    }
}
