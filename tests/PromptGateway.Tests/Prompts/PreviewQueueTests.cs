using System.Collections.Concurrent;
using System.Globalization;
using PromptGateway.Prompts.Preview;

namespace PromptGateway.Tests.Prompts;

public sealed class PreviewQueueTests : IDisposable
{
    private readonly PreviewQueue _queue = new();
    private readonly ManualResetEventSlim _gate = new();
    private readonly ConcurrentQueue<string> _ran = new();

    [Fact]
    public async Task Queue_ThatIsFull_TakesNoMoreUntilSomethingIsDone()
    {
        var waiting = Enumerable
            .Range(0, PreviewQueue.Most)
            .Select(at => RunAsync(string.Create(CultureInfo.InvariantCulture, $"caller {at / PreviewQueue.MostOfCaller}")))
            .ToList();

        (await RunAsync("another")).ShouldBeNull();

        _gate.Set();
        (await Task.WhenAll(waiting)).ShouldAllBe(result => result == "done");
        (await RunAsync("another")).ShouldBe("done");
    }

    [Fact]
    public async Task Caller_WithAllItsPlaces_LeavesRoomForOthersWhoWaitForOneOfItsOnly()
    {
        var first = Enumerable.Range(0, PreviewQueue.MostOfCaller).Select(_ => RunAsync("greedy")).ToList();
        (await RunAsync("greedy")).ShouldBeNull();
        var other = RunAsync("modest");

        _gate.Set();
        await Task.WhenAll([.. first, other]);

        // Those that had a place already, one more whose turn it was, and then the other caller.
        var places = Math.Max(1, Environment.ProcessorCount / 2);
        _ran.ToArray().AsSpan().IndexOf("modest").ShouldBeLessThanOrEqualTo((2 * places) + 1);
        _ran.Count.ShouldBe(PreviewQueue.MostOfCaller + 1);
    }

    [Fact]
    public async Task Caller_WhoLeavesWhileWaiting_GivesItsPlaceBack()
    {
        var running = Enumerable.Range(0, PreviewQueue.MostOfCaller - 1).Select(_ => RunAsync("one")).ToList();
        using var leaving = new CancellationTokenSource();
        var waiting = _queue.TryRunAsync("one", () => "never", leaving.Token);

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        running.Add(RunAsync("one"));
        _gate.Set();
        (await Task.WhenAll(running)).ShouldAllBe(result => result == "done");
        _ran.Count.ShouldBe(PreviewQueue.MostOfCaller);
    }

    [Fact]
    public async Task Work_ThatThrows_GivesItsPlaceBack()
    {
        for (var round = 0; round < PreviewQueue.Most + 1; round++)
            await Should.ThrowAsync<InvalidOperationException>(
                _queue.TryRunAsync<string>("one", () => throw new InvalidOperationException(), default)
            );
    }

    public void Dispose() => _gate.Dispose();

    private Task<string?> RunAsync(string caller) =>
        _queue.TryRunAsync(
            caller,
            () =>
            {
                _gate.Wait();
                _ran.Enqueue(caller);
                return "done";
            },
            default
        );
}
