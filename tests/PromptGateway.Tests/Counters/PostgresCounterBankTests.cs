using Npgsql;
using PromptGateway.Chat;
using PromptGateway.Counters;
using PromptGateway.Storage.Postgres;
using PromptGateway.Tests.Storage;
using PromptGateway.Tests.Storage.Postgres;
using PromptGateway.Usage;

namespace PromptGateway.Tests.Counters;

/// <summary>The bank in a real PostgreSQL is the one of the model, and its books are the ledger's.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresCounterBankTests(PostgresServer server) : IAsyncLifetime, IDisposable
{
    private static readonly CounterOptions Options = new() { Lease = TimeSpan.FromMinutes(10), AbandonAfter = TimeSpan.FromMinutes(10) };
    private string _connectionString = "";
    private PostgresDatabase _database = null!;
    private PostgresCounterBank _bank = null!;
    private PostgresUsageLog _ledger = null!;
    private int _rows;

    public async Task InitializeAsync()
    {
        _connectionString = await server.CreateDatabaseAsync();
        _database = TestPostgres.Database(_connectionString);
        _bank = new PostgresCounterBank(_database, TestPostgres.Options(_connectionString), Options);
        _ledger = new PostgresUsageLog(_database);
        (await _bank.ReadClockAsync(default)).ShouldBeInRange(DateTime.UtcNow.AddMinutes(-1).Ticks, DateTime.UtcNow.AddMinutes(1).Ticks);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _bank.Dispose();
        _database.Dispose();
    }

    [Fact]
    public async Task Lease_RandomRequests_IsAnsweredAsTheModelDoes()
    {
        for (var seed = 0; seed < 15; seed++)
        {
            var random = new Random(seed);
            var model = new MemoryBank(new ModelClock(TimeSpan.Zero, 0), Options.Lease, Options.AbandonAfter);
            var talks = new Dictionary<(string, string), LeaseRequest>();
            for (var step = 0; step < 60; step++)
            {
                var holder = "replica " + random.Next(3);
                LeaseRequest[] requests = [.. Counters(seed).Where(_ => random.Next(2) == 0).Select(c => Next(random, talks, holder, c))];
                foreach (var request in requests.Where(request => request.Kind == CounterKind.Ledger))
                {
                    await _bank.OpenAsync(request, default);
                    await model.OpenAsync(request, default);
                }

                var expected = await model.LeaseAsync(holder, requests, default);
                var answers = await _bank.LeaseAsync(holder, requests, default);

                answers.Select(Comparable).ShouldBe(expected.Select(Comparable), $"seed {seed}, step {step}");
            }
        }
    }

    private static (string Name, CounterKind Kind)[] Counters(int seed) =>
        [($"w{seed}", CounterKind.Window), ($"s{seed}", CounterKind.Slots), ($"l{seed}", CounterKind.Ledger)];

    private static LeaseRequest Next(
        Random random,
        Dictionary<(string, string), LeaseRequest> talks,
        string holder,
        (string Name, CounterKind Kind) counter
    )
    {
        var last = talks.GetValueOrDefault((holder, counter.Name));
        var keep = random.Next(10);
        var request = Request(counter.Name, counter.Kind, cap: random.Next(20, 200)) with
        {
            CapVersion = random.Next(3),
            // Now and then one that comes late.
            Sequence = (last?.Sequence ?? 0) + random.Next(0, 3),
            Booked = (last?.Booked ?? 0) + (counter.Kind == CounterKind.Slots ? 0 : random.Next(5)),
            Keep = keep,
            Least = keep + random.Next(8),
            Need = keep + random.Next(8, 20),
            Want = keep + random.Next(40),
            Retain = keep + random.Next(20),
            // All have been heard since then, or nobody has.
            WaitingSince = random.Next(2),
        };
        return talks[(holder, counter.Name)] = request;
    }

    /// <summary>Without the clock, which is another, and what depends on it.</summary>
    private static LeaseAnswer? Comparable(LeaseAnswer? answer) => answer is { } given ? given with { Now = 0, Wanted = false } : null;

    private static LeaseRequest Request(string name, CounterKind kind, long cap, long sequence = 1, long need = 0) =>
        new()
        {
            Counter = name,
            Window = 7,
            Kind = kind,
            Cap = cap,
            CapVersion = 0,
            Sequence = sequence,
            Booked = 0,
            Keep = 0,
            Least = need,
            Need = need,
            Want = need,
            Retain = 0,
            Ledger = new LedgerFilter("key", "k1", Money: true, null, null, null),
        };

    [Fact]
    public async Task Lease_ManyReplicasAtOnce_NeverGetMoreThanTheCapInAll()
    {
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(i =>
                    _bank.LeaseAsync(
                        $"r{i}",
                        [Request("a", CounterKind.Window, 40, need: 1), Request("b", CounterKind.Slots, 9, need: 1)],
                        default
                    )
                )
        );

        answers.Sum(answer => answer[0]!.Value.Hold).ShouldBe(40);
        answers.Sum(answer => answer[1]!.Value.Hold).ShouldBe(9);
    }

    [Fact]
    public async Task Lease_OfAReplicaThatIsSilentTooLong_ComesBack()
    {
        await _bank.LeaseAsync(
            "dead",
            [Request("w", CounterKind.Window, 10, need: 6), Request("s", CounterKind.Slots, 10, need: 6)],
            default
        );
        await using var source = NpgsqlDataSource.Create(_connectionString);
        await using var past = source.CreateCommand("UPDATE counter_leases SET returns_at = now() - interval '1 second'");
        await past.ExecuteNonQueryAsync();

        var answers = await _bank.LeaseAsync(
            "alive",
            [Request("w", CounterKind.Window, 10, need: 10), Request("s", CounterKind.Slots, 10, need: 10)],
            default
        );

        // Of a window it may have been used: only the next window brings it back.
        answers[0]!.Value.Settled.ShouldBe(6);
        answers[0]!.Value.Hold.ShouldBeLessThanOrEqualTo(4);
        answers[1]!.Value.Hold.ShouldBe(10);
    }

    [Fact]
    public async Task Settled_OfALedgerCounter_IsTheSumOfItsRowsBeforeAndAfterItsOpening()
    {
        var month = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        var filter = new LedgerFilter("team", "search", Money: true, ["gpt-4o*", "100%_?"], month, month.AddMonths(1));
        var request = Request("team", CounterKind.Ledger, 1000) with { Ledger = filter };
        (await _bank.LeaseAsync("r", [request], default)).ShouldBe([null]);
        await _ledger.AppendAsync(
            [Row(month, 5, "gpt-4o-mini"), Row(month, 100, "other"), Row(month.AddTicks(-10), 100, "gpt-4o")],
            default
        );
        await _bank.OpenAsync(request, default);
        await _bank.OpenAsync(request, default);
        var later = Row(month.AddDays(3), 7, "GPT-4O");

        await _ledger.AppendAsync(
            [
                later,
                Row(month, 11, "100%_x"),
                Row(month, 100, "100xyz"),
                Row(month.AddMonths(1), 100, "gpt-4o"),
                Row(month, 100, "gpt-4o") with
                {
                    Team = "ads",
                },
            ],
            default
        );
        await _ledger.AppendAsync([later], default);

        var answer = (await _bank.LeaseAsync("r", [request], default))[0]!.Value;
        answer.Settled.ShouldBe(5 + 7 + 11);
    }

    [Fact]
    public async Task Settled_OfACounterOpenedWhileRowsAreWritten_MissesNoneAndCountsNoneTwice()
    {
        for (var round = 0; round < 10; round++)
        {
            var request = Request($"gateway {round}", CounterKind.Ledger, 1000) with
            {
                Ledger = new LedgerFilter("gateway", "", Money: false, null, null, null),
            };
            var writing = Enumerable.Range(0, 8).Select(_ => _ledger.AppendAsync([Row(DateTimeOffset.UtcNow, 1, "m")], default)).ToList();
            await Task.WhenAll([.. writing, _bank.OpenAsync(request, default)]);

            var settled = (await _bank.LeaseAsync("r", [request], default))[0]!.Value.Settled;
            var rows = await _ledger.ReportAsync(new UsageQuery(), default);
            settled.ShouldBe(rows.Total.InputTokens + rows.Total.OutputTokens);
        }
    }

    private UsageRecord Row(DateTimeOffset at, long cost, string model) =>
        SampleRows.Plain($"row-{++_rows}") with
        {
            StartedAt = at,
            KeyId = "k1",
            Team = "search",
            RequestedModel = null,
            UpstreamModel = model,
            CostNanoUsd = cost,
            Usage = new TokenUsage { InputTokens = 3, OutputTokens = 4 },
        };
}
