using PromptGateway.RateLimits;

namespace PromptGateway.Tests.RateLimits;

public sealed class RateLimiterTests
{
    private readonly TestClock _time = new();

    private static RateLimitGroup Group(params RateLimit[] limits)
    {
        var group = new RateLimitGroup();
        group.Apply(1, () => limits);
        return group;
    }

    private static RateLimit Limit(LimitKind kind, long amount, string? per, params string[] models) =>
        new(LimitScope.Key, "app", kind, amount, per, models.Length == 0 ? null : models);

    private RateLimitLease? Acquire(RateLimitGroup[] groups, long tokens = 0, string model = "gpt-4o") =>
        Acquire(groups, out _, tokens, model);

    private RateLimitLease? Acquire(RateLimitGroup[] groups, out RateLimitRefusal? refusal, long tokens = 0, string model = "gpt-4o")
    {
        RateLimiter.TryAcquire(groups, new LimitedRequest(model, model, tokens, _time.Now.UtcTicks), _time, out var lease, out refusal);
        return lease;
    }

    [Fact]
    public void Requests_MoreThanTheLimit_AreRefusedUntilTheWindowEnds()
    {
        var group = Group(Limit(LimitKind.Requests, 2, "minute"));
        _time.Advance(TimeSpan.FromSeconds(48));

        Acquire(group.Alone).ShouldNotBeNull();
        Acquire(group.Alone).ShouldNotBeNull();
        Acquire(group.Alone, out var refusal).ShouldBeNull();
        refusal!.Wait.ShouldBe(TimeSpan.FromSeconds(12));
        _time.Advance(refusal.Wait);
        Acquire(group.Alone).ShouldNotBeNull();
    }

    [Fact]
    public void Acquire_OneGroupRefuses_NothingIsConsumedInTheOther()
    {
        var (first, second) = (Group(Limit(LimitKind.Requests, 5, "hour")), Group(Limit(LimitKind.Concurrent, 1, null)));
        using var held = Acquire([first, second]);

        for (var i = 0; i < 20; i++)
            Acquire([first, second]).ShouldBeNull();

        first.Buckets[0].Used.ShouldBe(1);
        second.Buckets[0].Used.ShouldBe(1);
    }

    /// <summary>One waits for a place of the key, the other for one of the team: each would have to let the other go first.</summary>
    [Fact]
    public void Acquire_ItsTurnInOneLine_DoesNotWaitForWhoeverIsInAnother()
    {
        var queued = Limit(LimitKind.Concurrent, 1, null) with { QueueMs = 1000 };
        RateLimitGroup[] groups = [Group(queued), Group(queued)];
        LimitQueue[] lines = [.. groups.Select(group => group.Buckets[0].OpenQueue(_time)!)];
        foreach (var line in lines)
            line.TryEnter(new LimitWaiter("app", 1, () => groups[0].Buckets[0]), longest: 10).ShouldBeTrue();

        Acquire(groups).ShouldBeNull("It came last.");
        foreach (var line in lines)
        {
            var request = new LimitedRequest("gpt-4o", "gpt-4o", 0, _time.Now.UtcTicks) { ItsTurnIn = line };
            RateLimiter.TryAcquire(groups, request, _time, out var lease, out _).ShouldBeTrue();
            lease!.Dispose();
            line.Dispose();
        }
    }

    [Fact]
    public void Lease_DisposedTwice_GivesItsSlotBackOnce()
    {
        var group = Group(Limit(LimitKind.Concurrent, 2, null));
        var lease = Acquire(group.Alone)!;
        Acquire(group.Alone).ShouldNotBeNull();

        lease.Dispose();
        lease.Dispose();

        group.Buckets[0].Used.ShouldBe(1);
    }

    [Fact]
    public void Tokens_SettledWithMoreThanReserved_AreChargedInFull()
    {
        var group = Group(Limit(LimitKind.Tokens, 100, "minute"));
        var lease = Acquire(group.Alone, tokens: 10)!;
        lease.UsedTokens = 663;
        lease.Dispose();

        Acquire(group.Alone, out var refusal, tokens: 1).ShouldBeNull();
        refusal!.Remaining.ShouldBe(0);
    }

    [Fact]
    public void Tokens_OfALongAnswer_AreChargedToTheWindowInWhichItEnds()
    {
        var group = Group(Limit(LimitKind.Tokens, 100, "minute"));
        var lease = Acquire(group.Alone, tokens: 10)!;
        lease.UsedTokens = 90;
        _time.Advance(TimeSpan.FromMinutes(3));
        lease.Dispose();

        group.Buckets[0].Used.ShouldBe(80);
    }

    [Fact]
    public void Tokens_BurstAtOnce_NeverReserveMoreThanTheLimit()
    {
        var group = Group(Limit(LimitKind.Tokens, 100, "day"));
        var admitted = 0;

        Parallel.For(0, 200, _ => Interlocked.Add(ref admitted, Acquire(group.Alone, tokens: 30) is null ? 0 : 1));

        admitted.ShouldBe(3);
    }

    [Fact]
    public void Limit_ForCertainModels_LetsOthersPass()
    {
        var group = Group(Limit(LimitKind.Requests, 1, "day", "gpt-4o*"));

        Acquire(group.Alone, model: "GPT-4o-mini").ShouldNotBeNull();
        Acquire(group.Alone, model: "gpt-4o").ShouldBeNull();
        Acquire(group.Alone, model: "claude").ShouldNotBeNull();
    }

    [Fact]
    public void Apply_RaisedLimit_KeepsWhatWasCounted()
    {
        var group = Group(Limit(LimitKind.Requests, 1, "day"));
        Acquire(group.Alone).ShouldNotBeNull();
        Acquire(group.Alone).ShouldBeNull();

        group.Apply(2, () => [Limit(LimitKind.Requests, 2, "day")]);
        Acquire(group.Alone).ShouldNotBeNull();
        Acquire(group.Alone).ShouldBeNull();
    }

    [Fact]
    public void Clock_SetBack_OpensNoOldWindow()
    {
        var group = Group(Limit(LimitKind.Requests, 1, "minute"));
        Acquire(group.Alone).ShouldNotBeNull();
        _time.Advance(-TimeSpan.FromSeconds(50));

        Acquire(group.Alone).ShouldBeNull();
    }

    /// <summary>A machine that starts with a wrong clock would else refuse, or count into one window, for years.</summary>
    [Fact]
    public void Clock_FarAheadAndSetRight_WindowsGoOnByTheRightTime()
    {
        _time.Advance(TimeSpan.FromDays(1000));
        var group = Group(Limit(LimitKind.Requests, 1, "minute"));
        Acquire(group.Alone).ShouldNotBeNull();
        _time.Advance(-TimeSpan.FromDays(1000));

        Acquire(group.Alone).ShouldNotBeNull();
        Acquire(group.Alone, out var refusal).ShouldBeNull();
        refusal!.Wait.ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromMinutes(1));
        Acquire(group.Alone).ShouldNotBeNull();
    }

    [Fact]
    public void RandomSchedule_AgreesWithTheModel_AndEndsWithNothingHeld() =>
        FsCheckRuns.Usual(seed =>
        {
            var random = new Random(seed);
            var time = new TestClock();
            RateLimit[] key =
            [
                Limit(LimitKind.Requests, random.Next(1, 9), "minute"),
                Limit(LimitKind.Tokens, random.Next(20, 200), "second"),
            ];
            RateLimit[] gateway =
            [
                Limit(LimitKind.Concurrent, random.Next(1, 5), null),
                Limit(LimitKind.Tokens, random.Next(20, 400), "hour"),
            ];
            RateLimitGroup[] groups = [Group(key), Group(gateway)];
            var model = new LimitModel([.. key, .. gateway]);
            var open = new List<(RateLimitLease Lease, LimitModel.Admitted Admitted)>();
            for (var step = 0; step < 120; step++)
            {
                var choice = random.Next(10);
                if (choice < 5)
                {
                    var tokens = random.Next(0, 60);
                    var expected = model.Admits(time.Now.UtcTicks, tokens);
                    RateLimiter
                        .TryAcquire(groups, new LimitedRequest("m", "m", tokens, time.Now.UtcTicks), time, out var lease, out _)
                        .ShouldBe(expected);
                    if (lease is not null)
                        open.Add((lease, model.Admit(time.Now.UtcTicks, tokens)));
                }
                else if (choice < 8 && open.Count > 0)
                    End(random.Next(open.Count), random.Next(0, 90));
                else
                    time.Advance(TimeSpan.FromMilliseconds(random.Next(1, 40_000)));
            }
            while (open.Count > 0)
                End(0, 0);
            groups.SelectMany(g => g.Buckets).Where(b => b.Limit.Kind == LimitKind.Concurrent).Sum(b => b.Used).ShouldBe(0);

            void End(int index, long used)
            {
                var (lease, admitted) = open[index];
                open.RemoveAt(index);
                lease.UsedTokens = admitted.Used = used;
                admitted.EndedAt = time.Now.UtcTicks;
                lease.Dispose();
            }
        });

    [Fact]
    public async Task TenThousandRandomEndings_FromManyThreads_LeaveEveryCountAtZero()
    {
        var group = Group(Limit(LimitKind.Concurrent, 100_000, null), Limit(LimitKind.Tokens, 1_000_000_000, "day"));
        var workers = Enumerable.Range(0, 8).Select(seed => Task.Run(() => EndAsync(new Random(seed)))).ToArray();
        await Task.WhenAll(workers);

        group.Buckets.ShouldAllBe(bucket => bucket.Used == 0);

        async Task EndAsync(Random random)
        {
            for (var i = 0; i < 1250; i++)
                try
                {
                    using var lease = Acquire(group.Alone, tokens: random.Next(1000))!;
                    if (random.Next(3) == 0)
                        await Task.Yield();
                    if (random.Next(3) == 0)
                        throw new OperationCanceledException();
                    if (random.Next(3) == 0)
                        lease.Dispose();
                }
                catch (OperationCanceledException)
                {
                    // A client that left.
                }
        }
    }
}
