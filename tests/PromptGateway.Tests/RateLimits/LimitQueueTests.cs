using System.Net;
using Microsoft.Extensions.Hosting;
using PromptGateway.RateLimits;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.RateLimits;

/// <summary>Waiting for room instead of being refused.</summary>
public sealed class LimitQueueTests : IDisposable
{
    private readonly LimitQueue _queue = new(TimeProvider.System);
    private readonly List<string> _admitted = [];
    private int _room;

    private LimitWaiter Enter(string key, double weight = 1)
    {
        var full = new RateLimitBucket(new Lock(), new RateLimit(LimitScope.Key, key, LimitKind.Concurrent, 1, null) { QueueMs = 1 });
        var waiter = new LimitWaiter(
            key,
            weight,
            () =>
            {
                if (_room == 0)
                    return full;
                _room--;
                _admitted.Add(key);
                return null;
            }
        );
        _queue.TryEnter(waiter, longest: 1000).ShouldBeTrue();
        return waiter;
    }

    private void Free(int places)
    {
        for (var i = 0; i < places; i++)
        {
            _room = 1;
            _queue.Admit();
        }
    }

    [Fact]
    public void Keys_OfTheSamePriority_TakeTurns()
    {
        foreach (var key in new[] { "a", "a", "a", "b", "c", "b" })
            Enter(key);

        Free(6);

        _admitted.Take(3).Order().ShouldBe(["a", "b", "c"]);
        _admitted.Skip(3).Take(2).Order().ShouldBe(["a", "b"]);
        _admitted[5].ShouldBe("a");
        _queue.Count.ShouldBe(0);
    }

    [Fact]
    public void Keys_OfHighPriority_GetMoreTurnsAndStarveNobody()
    {
        for (var i = 0; i < 300; i++)
            Enter("high", weight: 16);
        for (var i = 0; i < 20; i++)
            Enter("low");

        Free(170);

        _admitted.Count(key => key == "low").ShouldBeInRange(9, 11);
        _admitted.Count(key => key == "high").ShouldBeInRange(159, 161);
    }

    /// <summary>Two keys that come back after each of their turns once kept a third waiting for ever.</summary>
    [Fact]
    public void Keys_ThatComeBackAfterEachTurn_DoNotStarveTheOneThatWaits()
    {
        Enter("patient");
        Enter("patient");
        Enter("first");
        Enter("second");
        for (var i = 0; i < 20; i++)
        {
            Free(1);
            if (_admitted[^1] != "patient")
                Enter(_admitted[^1]);
        }

        _admitted.Take(6).Count(key => key == "patient").ShouldBe(2);
    }

    [Fact]
    public void Key_OfLowPriority_GetsNoMoreTurnsByComingBackOneByOne()
    {
        for (var i = 0; i < 300; i++)
            Enter("high", weight: 16);
        Enter("low", weight: 1);
        for (var i = 0; i < 170; i++)
        {
            Free(1);
            if (_admitted[^1] == "low")
                Enter("low", weight: 1);
        }

        _admitted.Count(key => key == "low").ShouldBeInRange(9, 11);
    }

    /// <summary>However keys come, come back, leave and are held up by limits of their own: none of them waits without end.</summary>
    [Fact]
    public void RandomKeys_ThatWait_GetTheirTurnWithinWhatTheWeightsSay() =>
        FsCheckRuns.Usual(seed =>
        {
            var random = new Random(seed);
            using var queue = new LimitQueue(TimeProvider.System);
            var keys = Enumerable
                .Range(0, random.Next(2, 8))
                .Select(i => (Name: $"k{i}", Weight: Math.Pow(2, random.Next(-4, 5))))
                .ToArray();
            var (room, turns) = (0, new List<string>());
            var full = new RateLimitBucket(
                new Lock(),
                new RateLimit(LimitScope.Gateway, "", LimitKind.Concurrent, 1, null) { QueueMs = 1 }
            );
            full.OpenQueue(TimeProvider.System);
            var own = new RateLimitBucket(new Lock(), new RateLimit(LimitScope.Key, "", LimitKind.Concurrent, 1, null));
            var heldUp = new HashSet<string>();
            var waiting = keys.ToDictionary(key => key.Name, _ => new List<LimitWaiter>());
            // What the others got since the key began to wait or had its last turn.
            var others = keys.ToDictionary(key => key.Name, _ => new Dictionary<string, int>());

            for (var step = 0; step < 400; step++)
            {
                var (name, weight) = keys[random.Next(keys.Length)];
                switch (random.Next(10))
                {
                    case < 5 when waiting[name].Count < 4:
                        LimitWaiter? waiter = null;
                        waiter = new LimitWaiter(name, weight, () => TryAcquire(name, waiter!));
                        if (waiting[name].Count == 0)
                            others[name].Clear();
                        waiting[name].Add(waiter);
                        queue.TryEnter(waiter, 1000).ShouldBeTrue();
                        break;
                    case 5 when waiting[name].Count > 1:
                        queue.Leave(waiting[name][^1]).ShouldBeFalse();
                        waiting[name].RemoveAt(waiting[name].Count - 1);
                        break;
                    case 6:
                        if (!heldUp.Remove(name))
                            heldUp.Add(name);
                        others[name].Clear();
                        break;
                    default:
                        room = 1;
                        queue.Admit();
                        room = 0;
                        break;
                }
            }
            // Everybody who still waits is served.
            heldUp.Clear();
            for (var left = waiting.Values.Sum(list => list.Count); left > 0; left--)
            {
                room = 1;
                queue.Admit();
            }
            queue.Count.ShouldBe(0);

            RateLimitBucket? TryAcquire(string name, LimitWaiter waiter)
            {
                if (heldUp.Contains(name))
                    return own;
                if (room == 0)
                    return own;
                room = 0;
                turns.Add(name);
                waiting[name].Remove(waiter);
                others[name].Clear();
                foreach (var (key, weight) in keys)
                    if (key != name && waiting[key].Count > 0 && !heldUp.Contains(key))
                    {
                        var had = others[key][name] = others[key].GetValueOrDefault(name) + 1;
                        had.ShouldBeLessThanOrEqualTo(
                            (int)Math.Ceiling(keys.Single(k => k.Name == name).Weight / weight) + 2,
                            $"{name} before {key}"
                        );
                    }
                return null;
            }
        });

    [Fact]
    public async Task Waiter_ThatLeaves_IsPassedOver()
    {
        var first = Enter("a");
        Enter("a");

        _queue.Leave(first).ShouldBeFalse();
        Free(1);

        (await first.Over).ShouldBeFalse();
        _admitted.ShouldBe(["a"]);
        _queue.Count.ShouldBe(0);
        _queue.Leave(Enter("b")).ShouldBeFalse();
    }

    [Fact]
    public void Queue_ThatIsFull_TakesNobody()
    {
        Enter("a");

        _queue.TryEnter(new LimitWaiter("b", 1, () => null), longest: 1).ShouldBeFalse();
    }

    private static Task<TestGateway> StartAsync(PacedUpstream paced, string queueMs, string length = "100") =>
        TestGateway.StartAsync(
            paced.Upstream.Environment,
            configuration: new()
            {
                ["RateLimits:0:Concurrent"] = "1",
                ["RateLimits:0:QueueMs"] = queueMs,
                ["RateLimits:0:QueueLength"] = length,
            }
        );

    private static Task<HttpResponseMessage> ChatAsync(TestGateway gateway, CancellationToken cancellationToken = default) =>
        gateway.Client.PostAsync(ChatRequests.Path, ChatRequests.Json(ChatRequests.Plain), cancellationToken);

    private static async Task WaitingAsync(TestGateway gateway, long count)
    {
        var queues = (LimitQueues)gateway.Services.GetService(typeof(LimitQueues))!;
        for (var i = 0; i < 2000 && queues.Waiting != count; i++)
            await Task.Delay(5);
        queues.Waiting.ShouldBe(count);
    }

    [Fact]
    public async Task Request_ThatFindsNoRoom_WaitsAndSucceedsWhenThereIs()
    {
        await using var paced = await PacedUpstream.StartAsync(contentType: null);
        await using var gateway = await StartAsync(paced, "60000", length: "1");
        var first = ChatAsync(gateway);
        await paced.CalledAsync();

        var second = ChatAsync(gateway);
        await WaitingAsync(gateway, 1);
        // There is room for one to wait.
        var third = await ChatAsync(gateway);
        paced.Upstream.Answer = (context, _) => FakeUpstream.JsonAsync(context, ChatAnswers.Plain);
        await paced.AnswerAsync(ChatAnswers.Plain);
        paced.End();

        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await second).StatusCode.ShouldBe(HttpStatusCode.OK);
        third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var metrics = await AdminCalls.MetricsAsync(gateway);
        metrics.ShouldContain("promptgateway_limit_queue_wait_seconds_count{result=\"admitted\",scope=\"gateway\"} 1");
        metrics.ShouldContain("promptgateway_limit_queue 0");
    }

    [Fact]
    public async Task Request_WhoseClientLeaves_LeavesTheQueueAndHoldsNothing()
    {
        await using var paced = await PacedUpstream.StartAsync(contentType: null);
        await using var gateway = await StartAsync(paced, "60000");
        var first = ChatAsync(gateway);
        await paced.CalledAsync();
        using var patience = new CancellationTokenSource();
        var second = ChatAsync(gateway, patience.Token);
        await WaitingAsync(gateway, 1);

        await patience.CancelAsync();
        (await Record.ExceptionAsync(() => second)).ShouldBeAssignableTo<OperationCanceledException>();
        await WaitingAsync(gateway, 0);

        await paced.AnswerAsync(ChatAnswers.Plain);
        paced.End();
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
        var subjects = (LimitedSubjects)gateway.Services.GetService(typeof(LimitedSubjects))!;
        await Eventually.BecomesAsync(() => subjects.SlotsInUse == 0);
    }

    [Fact]
    public async Task Request_ThatWaitsTooLong_IsRefusedAsWithoutAQueue()
    {
        await using var paced = await PacedUpstream.StartAsync(contentType: null);
        await using var gateway = await StartAsync(paced, "30");
        var first = ChatAsync(gateway);
        await paced.CalledAsync();

        var second = await ChatAsync(gateway);

        second.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        second.Headers.RetryAfter.ShouldNotBeNull();
        (await AdminCalls.MetricsAsync(gateway)).ShouldContain(
            "promptgateway_limit_queue_wait_seconds_count{result=\"refused\",scope=\"gateway\"} 1"
        );
        await paced.AnswerAsync(ChatAnswers.Plain);
        paced.End();
        await first;
    }

    [Fact]
    public async Task Requests_ThatWaitAtShutdown_AreSentAway()
    {
        await using var paced = await PacedUpstream.StartAsync(contentType: null);
        await using var gateway = await StartAsync(paced, "600000");
        var first = ChatAsync(gateway);
        await paced.CalledAsync();
        var second = ChatAsync(gateway);
        await WaitingAsync(gateway, 1);

        ((IHostApplicationLifetime)gateway.Services.GetService(typeof(IHostApplicationLifetime))!).StopApplication();

        (await second).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        await paced.AnswerAsync(ChatAnswers.Plain);
        paced.End();
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    public void Dispose() => _queue.Dispose();
}
