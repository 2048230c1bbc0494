using System.Net;
using Microsoft.AspNetCore.Http;
using PromptGateway.Tests.Gateway;

namespace PromptGateway.Tests.Replicas;

/// <summary>
/// Many requests at once whose answers the upstream holds back until each request has either arrived there or been refused: what was
/// admitted was held at the same moment.
/// </summary>
internal sealed class Crowd : IAsyncDisposable
{
    public const string Chat =
        """{"model":"gpt-4o-mini","max_tokens":5,"messages":[{"role":"user","content":"Hello there, please answer briefly"}]}""";
    private TaskCompletionSource _decided = new();
    private int _undecided;
    private int _admitted;

    private Crowd() { }

    public FakeUpstream Upstream { get; private set; } = null!;

    public static async Task<Crowd> StartAsync()
    {
        var crowd = new Crowd();
        crowd.Upstream = await FakeUpstream.StartAsync(
            async (context, _) =>
            {
                // Who asks for its models is not of the crowd, and not kept waiting with it.
                if (HttpMethods.IsGet(context.Request.Method))
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    return;
                }
                Interlocked.Increment(ref crowd._admitted);
                crowd.Decide();
                await crowd._decided.Task.WaitAsync(TimeSpan.FromSeconds(90));
                await FakeUpstream.JsonAsync(context, ChatAnswers.Plain);
            }
        );
        return crowd;
    }

    /// <returns>How many were admitted; all others were refused with 429.</returns>
    public async Task<int> RushAsync(int requests, params HttpClient[] clients)
    {
        (_decided, _undecided, _admitted) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), requests, 0);
        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, requests)
                .Select(async i =>
                {
                    using var answer = await clients[i % clients.Length].PostAsync("/v1/chat/completions", AdminCalls.Json(Chat));
                    if (answer.StatusCode != HttpStatusCode.OK)
                        Decide();
                    return answer.StatusCode;
                })
        );
        statuses.Count(status => status == HttpStatusCode.OK).ShouldBe(_admitted);
        statuses.ShouldAllBe(status => status == HttpStatusCode.OK || status == HttpStatusCode.TooManyRequests);
        return _admitted;
    }

    /// <summary>One request alone.</summary>
    public async Task<HttpStatusCode> AskAsync(HttpClient client)
    {
        _decided.TrySetResult();
        using var answer = await client.PostAsync("/v1/chat/completions", AdminCalls.Json(Chat));
        return answer.StatusCode;
    }

    /// <summary>Requests whose answers do not come; refused ones are asked again.</summary>
    public Task[] Hang(int requests, HttpClient client)
    {
        (_decided, _undecided, _admitted) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), int.MaxValue, 0);
        return [.. Enumerable.Range(0, requests).Select(_ => InsistAsync(client))];
    }

    private static async Task InsistAsync(HttpClient client)
    {
        while (true)
        {
            using var answer = await client.PostAsync("/v1/chat/completions", AdminCalls.Json(Chat));
            if (answer.StatusCode != HttpStatusCode.TooManyRequests)
                return;
        }
    }

    /// <summary>So many are with the upstream.</summary>
    public Task ArrivedAsync(int requests) => Eventually.BecomesAsync(() => Task.FromResult(Volatile.Read(ref _admitted) == requests));

    /// <summary>The answers come.</summary>
    public void LetGo() => _decided.TrySetResult();

    private void Decide()
    {
        if (Interlocked.Decrement(ref _undecided) == 0)
            _decided.TrySetResult();
    }

    public ValueTask DisposeAsync() => Upstream.DisposeAsync();
}
