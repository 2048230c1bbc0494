using Microsoft.AspNetCore.Http;

namespace PromptGateway.Tests.Gateway;

/// <summary>An upstream that sends what the test says, when the test says so, and tells when it was left.</summary>
internal sealed class PacedUpstream : IAsyncDisposable
{
    private readonly TaskCompletionSource<HttpContext> _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PacedUpstream(FakeUpstream upstream) => Upstream = upstream;

    public FakeUpstream Upstream { get; }

    /// <summary>Ends when the gateway has sent its request.</summary>
    public Task CalledAsync() => _called.Task;

    /// <summary>Ends when the gateway has dropped the connection.</summary>
    public Task LeftAsync() => _left.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public bool WasLeft => _left.Task.IsCompleted;

    /// <param name="contentType">Null: no header is sent before the first piece.</param>
    public static async Task<PacedUpstream> StartAsync(string? contentType = "text/event-stream")
    {
        var paced = new PacedUpstream(await FakeUpstream.StartAsync());
        paced.Upstream.Answer = async (context, _) =>
        {
            context.RequestAborted.Register(() => paced._left.TrySetResult());
            if (contentType is not null)
            {
                context.Response.ContentType = contentType;
                await context.Response.StartAsync();
            }
            paced._called.TrySetResult(context);
            await paced._end.Task;
        };
        return paced;
    }

    public async Task SendAsync(string piece)
    {
        var context = await _called.Task;
        await context.Response.WriteAsync(piece);
        await context.Response.Body.FlushAsync();
    }

    /// <summary>Answers whole, before anything else was sent.</summary>
    public async Task AnswerAsync(string json) => await FakeUpstream.JsonAsync(await _called.Task, json);

    /// <summary>Ends the answer in an orderly way.</summary>
    public void End() => _end.TrySetResult();

    /// <summary>Breaks the connection off.</summary>
    public async Task AbortAsync() => (await _called.Task).Abort();

    public async ValueTask DisposeAsync()
    {
        End();
        await Upstream.DisposeAsync();
    }
}
