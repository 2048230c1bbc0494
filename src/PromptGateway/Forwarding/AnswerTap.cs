using PromptGateway.Providers;

namespace PromptGateway.Forwarding;

/// <summary>
/// The upstream's answer as YARP reads it, with the gateway reading along. Observing never changes, delays or breaks what passes;
/// what the tap cannot read it gives up on (decision 10).
/// </summary>
internal abstract class AnswerTap(Stream inner, IWireFormat format, AnswerEnd end, TimeProvider time) : ReadingStream
{
    /// <summary>Timestamp of the last byte from the upstream, for the idle timeout.</summary>
    private long _lastReadAt = time.GetTimestamp();
    private long _firstByteAt;
    private StreamFacts _facts;
    private bool _ended;

    protected Stream Inner => inner;
    protected IWireFormat Format => format;

    /// <summary>What the answer has told so far.</summary>
    public ref StreamFacts Facts => ref _facts;

    /// <summary>The tap stopped reading along; the answer went on.</summary>
    public bool GaveUp { get; protected set; }

    /// <summary>The upstream ended the answer before its end.</summary>
    public bool Cut { get; protected set; }

    /// <summary>The answer was read to its end.</summary>
    public bool Completed { get; protected set; }

    /// <summary>Calls of tools in the answer; null: not looked at.</summary>
    public int? ToolCalls { get; protected set; }

    /// <summary>Those of them whose arguments are no JSON object.</summary>
    public int? InvalidToolCalls { get; protected set; }

    /// <summary>0 until the first byte of the body.</summary>
    public long FirstByteAt => Volatile.Read(ref _firstByteAt);

    public long LastReadAt => Volatile.Read(ref _lastReadAt);

    /// <summary>What is closed to stop reading, where it is not the stream that is read: that one decodes it. Null: it is.</summary>
    public Stream? Source { get; init; }

    /// <summary>
    /// Makes the pending read fail and closes the upstream's connection. Only the source: the tap's own buffers may be in use by that
    /// read, on another thread.
    /// </summary>
    public void StopReading() => (Source ?? inner).Dispose();

    /// <summary>Bytes that came from the upstream.</summary>
    public long BytesRead { get; private set; }

    protected void NoteRead(int bytes)
    {
        BytesRead += bytes;
        var now = time.GetTimestamp();
        Volatile.Write(ref _lastReadAt, now);
        if (_firstByteAt == 0)
            Volatile.Write(ref _firstByteAt, now);
    }

    /// <summary>The end of the answer is here, and not yet with the client. Only the first call counts.</summary>
    protected void ReachEnd()
    {
        if (_ended)
            return;
        _ended = true;
        end.Reached();
    }

    /// <summary>The answer ended: reads what only the whole of it tells.</summary>
    public virtual void Settle() { }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
