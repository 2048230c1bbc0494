using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using PromptGateway.Chat;
using PromptGateway.Providers;

namespace PromptGateway.Forwarding.Heartbeats;

/// <summary>
/// Stands in for the response while heartbeats may be needed. What is below sees a response that has not started; the real one starts
/// with the first heartbeat or with the first byte from below, whichever comes first. A stream from below passes through; any other
/// answer after a heartbeat is kept, and told as an error event.
/// </summary>
internal sealed class EarlyResponse : IHttpResponseFeature, IHttpResponseBodyFeature, IDisposable
{
    private const string EventStream = "text/event-stream";

    /// <summary>Bytes of an error answer that are kept to be told.</summary>
    private const int LongestError = 256 * 1024;

    /// <summary>Time for the error event to leave before the connection is cut.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] Comment = ": ping\n\n"u8.ToArray();
    private static readonly byte[] Event = "event: ping\ndata: {\"type\":\"ping\"}\n\n"u8.ToArray();
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _body;
    private readonly byte[] _ping;

    /// <summary>Held while something is written to the real response before the first byte from below has been.</summary>
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>True in the flow of the first heartbeat: who adds to the headers when a response starts (CORS, limits) adds to the real ones.</summary>
    private readonly AsyncLocal<bool> _starts = new();
    private readonly ArrayBufferWriter<byte> _error = new();
    private IHeaderDictionary _headers;
    private PipeWriter? _writer;
    private bool _hasBeaten;
    private bool _hasBegun;

    public EarlyResponse(IHttpResponseFeature response, IHttpResponseBodyFeature body, Dialect dialect)
    {
        (_response, _body) = (response, body);
        _ping = dialect == Dialect.Anthropic ? Event : Comment;
        _headers = new HeaderDictionary();
        foreach (var (name, value) in response.Headers)
            _headers[name] = value;
        Stream = new EarlyBody(this, body.Stream);
    }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;
    public string? ReasonPhrase { get; set; }
    public IHeaderDictionary Headers
    {
        get => _starts.Value ? _response.Headers : _headers;
        set => _headers = value;
    }
    public Stream Stream { get; }
    public PipeWriter Writer => _writer ??= PipeWriter.Create(Stream, new StreamPipeWriterOptions(leaveOpen: true));

    /// <summary>True once something from below has been sent; heartbeats do not count.</summary>
    public bool HasStarted => _hasBegun;

    /// <summary>What comes from below after a heartbeat, and is not a stream, cannot be sent any more.</summary>
    private bool IsKept => _hasBeaten && !IsStream;

    private bool IsStream =>
        StatusCode == StatusCodes.Status200OK && Headers.ContentType.ToString().StartsWith(EventStream, StringComparison.OrdinalIgnoreCase);

    Stream IHttpResponseFeature.Body
    {
        get => Stream;
        set => throw new NotSupportedException("The body of a response with heartbeats cannot be replaced.");
    }

    /// <summary>Sends heartbeats until the first byte from below, or until it is told to stop. Never throws.</summary>
    public async Task BeatAsync(TimeSpan period, TimeProvider time, CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(period, time);
            while (await timer.WaitForNextTickAsync(stop))
            {
                await _gate.WaitAsync(stop);
                try
                {
                    if (_hasBegun)
                        return;
                    Begin();
                    _starts.Value = true;
                    await _body.Stream.WriteAsync(_ping, stop);
                    await _body.Stream.FlushAsync(stop);
                    _starts.Value = false;
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // Stopped, or the client is gone, which the request notices by itself.
        }
    }

    /// <summary>To be awaited before anything from below is written to the real body.</summary>
    /// <returns>False when it must not be written.</returns>
    public ValueTask<bool> BeginAsync(CancellationToken cancellationToken) =>
        _hasBegun ? ValueTask.FromResult(true) : TakeOverAsync(cancellationToken);

    /// <summary>Keeps a part of an answer that cannot be sent any more.</summary>
    public void Keep(ReadOnlySpan<byte> bytes) => _error.Write(bytes[..Math.Min(bytes.Length, LongestError - _error.WrittenCount)]);

    /// <summary>Before another target is tried.</summary>
    public void Forget() => _error.ResetWrittenCount();

    /// <summary>After everything: sends a small answer without a body, or tells what went wrong after a heartbeat.</summary>
    /// <returns>True when the connection is to be cut, so that no client takes the error for an end.</returns>
    public async Task<bool> CompleteAsync(IWireFormat format, TimeProvider time)
    {
        if (_writer is not null)
            await _writer.CompleteAsync();
        if (_hasBegun)
            return false;
        if (!_hasBeaten)
        {
            CopyHead();
            return false;
        }
        var words = new ArrayBufferWriter<byte>(512);
        format.WriteError(words, KeptError.Read(StatusCode, Headers, _error.WrittenSpan), default);
        await _body.Stream.WriteAsync(words.WrittenMemory);
        await _body.Stream.FlushAsync();
        await Task.Delay(Linger, time);
        return true;
    }

    /// <summary>The real response starts as a stream; its headers are those of the request's beginning.</summary>
    private void Begin()
    {
        if (_hasBeaten)
            return;
        _hasBeaten = true;
        _response.Headers.ContentType = EventStream + "; charset=utf-8";
        _response.Headers.CacheControl = "no-cache, no-transform";
        _response.Headers["X-Accel-Buffering"] = "no";
    }

    private async ValueTask<bool> TakeOverAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (IsKept)
                return false;
            if (!_hasBeaten)
            {
                CopyHead();
                _headers = _response.Headers;
            }
            _hasBegun = true;
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    private void CopyHead()
    {
        _response.StatusCode = StatusCode;
        _response.ReasonPhrase = ReasonPhrase;
        _response.Headers.Clear();
        foreach (var (name, value) in Headers)
            _response.Headers[name] = value;
    }

    /// <summary>The head alone does not start the response: heartbeats are wanted until the first byte of the body.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public void DisableBuffering() => _body.DisableBuffering();

    public async Task CompleteAsync()
    {
        if (_hasBegun)
            await _body.CompleteAsync();
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Files are not sent with heartbeats.");

    public void OnStarting(Func<object, Task> callback, object state)
    {
        if (!_response.HasStarted)
            _response.OnStarting(callback, state);
    }

    public void OnCompleted(Func<object, Task> callback, object state) => _response.OnCompleted(callback, state);

    public void Dispose()
    {
        _gate.Dispose();
        Stream.Dispose();
    }
}
