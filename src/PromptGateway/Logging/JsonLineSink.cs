using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;

namespace PromptGateway.Logging;

/// <summary>
/// Writes log events as lines of JSON, away from the thread that logs: it never waits, and when the output does not keep up, lines are
/// dropped and their number is written once it does. Lines are gathered for a moment and go out in one write.
/// </summary>
internal sealed class JsonLineSink : ILogEventSink, IDisposable
{
    /// <summary>Waking a thread and a system call for each line would cost more than the line.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private const int LargestWrite = 64 * 1024;
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    private readonly Stream _output;
    private readonly EventMask _mask;
    private readonly TimeProvider _time;
    private readonly Channel<Entry> _queue;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json = new(Stream.Null, JsonLine.Options);
    private readonly Task _writing;
    private long _dropped;
    private long _droppedSaid;

    /// <param name="output">Kept open; usually standard output.</param>
    /// <param name="capacity">Events that may wait.</param>
    public JsonLineSink(Stream output, EventMask mask, TimeProvider time, int capacity)
    {
        (_output, _mask, _time) = (output, mask, time);
        _queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Lines lost since the start because the output did not keep up.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void Emit(LogEvent logEvent) => Enqueue(new Entry(logEvent, default));

    /// <summary>The short way for the one line that every request writes: no template, no property objects.</summary>
    public void Emit(in RequestLine line) => Enqueue(new Entry(null, line));

    /// <summary>Writes what still waits, unless the output is stuck.</summary>
    public void Dispose()
    {
        // Both the logger and its owner may dispose of a sink.
        if (!_queue.Writer.TryComplete())
            return;
        _stopping.Cancel();
        if (_writing.Wait(LongestGoodbye))
            _stopping.Dispose();
    }

    private void Enqueue(in Entry entry)
    {
        if (!_queue.Writer.TryWrite(entry))
            Interlocked.Increment(ref _dropped);
    }

    private async Task WriteAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            await Task.Delay(Gathering, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (_queue.Reader.TryPeek(out _))
            {
                while (_buffer.WrittenCount < LargestWrite && _queue.Reader.TryRead(out var entry))
                    Format(in entry);
                SayDropped();
                await FlushAsync();
            }
        }
        SayDropped();
        await FlushAsync();
    }

    private void Format(in Entry entry)
    {
        var before = _buffer.WrittenCount;
        try
        {
            if (entry.Event is { } logEvent)
                JsonLine.Write(_buffer, _mask.Apply(logEvent));
            else
                RequestJsonLine.Write(_buffer, _json, in entry.Line, _mask);
        }
        // A property whose ToString throws must not end all logging.
        catch (Exception e) when (before == _buffer.WrittenCount)
        {
            _buffer.Write(
                Encoding.UTF8.GetBytes($"{{\"level\":\"error\",\"message\":\"A log event could not be written: {e.GetType().Name}\"}}\n")
            );
        }
    }

    private void SayDropped()
    {
        var dropped = Dropped;
        if (dropped == _droppedSaid)
            return;
        var lost = (dropped - _droppedSaid).ToString(CultureInfo.InvariantCulture);
        _droppedSaid = dropped;
        _buffer.Write(
            Encoding.UTF8.GetBytes($"{{\"level\":\"warn\",\"message\":\"{lost} log lines were dropped: the output did not keep up\"}}\n")
        );
    }

    private async ValueTask FlushAsync()
    {
        try
        {
            await _output.WriteAsync(_buffer.WrittenMemory);
            await _output.FlushAsync();
        }
        // Whoever read the other end of the pipe has gone; the gateway goes on without a log.
        catch (IOException)
        {
            Interlocked.Increment(ref _dropped);
        }
        _buffer.ResetWrittenCount();
    }

    /// <summary>One or the other.</summary>
    private readonly struct Entry(LogEvent? logEvent, in RequestLine line)
    {
        public readonly LogEvent? Event = logEvent;
        public readonly RequestLine Line = line;
    }
}
