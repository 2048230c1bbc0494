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
        for (var i = 0; i < 500 && subjects.SlotsInUse > 0; i++)
            await Task.Delay(10);
        subjects.SlotsInUse.ShouldBe(0);
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
