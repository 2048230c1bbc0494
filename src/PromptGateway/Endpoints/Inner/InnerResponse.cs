using System.IO.Pipelines;

namespace PromptGateway.Endpoints.Inner;

/// <summary>The answer to an inner request: its head, and its body as a pipe whose writer waits for the reader.</summary>
internal sealed class InnerResponse : IHttpResponseFeature
{
    private const int BytesAhead = 64 << 10;
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: BytesAhead, useSynchronizationContext: false));
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<(Func<object, Task> Callback, object State)> _starting = [];
    private readonly Stack<(Func<object, Task> Callback, object State)> _completed = [];

    public InnerResponse() => Body = new InnerResponseStream(this, _pipe.Writer);

    public int StatusCode { get; set; } = StatusCodes.Status200OK;
    public string? ReasonPhrase { get; set; }
    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();
    public Stream Body { get; set; }
    public bool HasStarted { get; private set; }

    /// <summary>Ends when status and headers are final.</summary>
    public Task Started => _started.Task;

    public PipeReader Reader => _pipe.Reader;

    public void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

    public async Task StartAsync()
    {
        if (HasStarted)
            return;
        HasStarted = true;
        while (_starting.TryPop(out var step))
            await step.Callback(step.State);
        _started.TrySetResult();
    }

    /// <param name="failure">Why the answer is not complete; null: it is.</param>
    public async Task EndAsync(Exception? failure)
    {
        await _pipe.Writer.CompleteAsync(failure);
        _started.TrySetResult();
        while (_completed.TryPop(out var step))
            await step.Callback(step.State);
    }
}
